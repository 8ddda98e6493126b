// Package rabbit carries events from the outbox to the consumers, and the steps
// of seat maps from the projection to the nodes that serve WebSockets.
//
// Everything is named after one exchange (Config.Exchange, here <x>), so that
// several deployments, and tests, can share a broker:
//
//	<x>          durable topic exchange; routing key = event type
//	<x>.seatmap  quorum queue of the projection, bound to booking.* and showtime.*
//	<x>.dead     exchange and quorum queue of what could not be processed
//	<x>.live     fanout exchange; every node has an exclusive queue of its own
//
// A Broker keeps three connections: one to publish and one to consume, because a
// broker short of memory stops reading from those that publish and must not stop
// acknowledgements with them, and one for questions, because a question that is
// given up takes its connection along. A connection is made when it is first needed and
// made again whenever it is needed and gone: there is no last attempt. Every
// channel declares the topology before anything else, so that a broker that lost
// it, or a queue that was deleted, is put right by the next try.
//
// The client library has a recovery of its own. It is not used: it gives up after
// a number of attempts, it keeps channels across connections although delivery
// tags and unconfirmed messages do not survive them, and a subscriber must learn
// exactly when it may have missed something.
//
// Delivery is at least once on the whole way. What is told through <x>.live is
// not kept: a node that was away reads the map instead.
package rabbit
