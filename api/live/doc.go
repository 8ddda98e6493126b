// Package live serves seat maps over WebSockets.
//
// A showtime with sockets has a room, one without has none. A room knows one
// version of the map; what it hears beyond that is pending until the merge window
// ends, and then goes out as one frame, encoded once for everybody. So all the
// sockets of a room stand at the same version, except those that lag.
//
// What a client sees (the words are the contract's):
//   - first a snapshot, then deltas, each with from equal to the last version
//     that was sent to it, be it a snapshot's or a delta's;
//   - never a version older than one it has seen;
//   - a fresh snapshot instead of deltas when it asked for a resync, or when its
//     queue ran full: then it is passed over until the queue is empty. The queue
//     is bounded and never grows;
//   - ping frames; a socket whose pong does not come in time is closed.
//
// What a client may send is {"type":"resync"}. An object of another type is
// ignored, so that newer clients can talk to older servers. Anything else closes
// the socket: 1003 for what is no JSON object in a text message, 1009 for more
// than 512 bytes, 1008 for more messages than anybody needs. A server that stops
// says 1012, on which a client comes back after a moment of its own choice.
//
// A room hears of steps from a Feed, and reads whole maps from Maps: at its
// start, when a step does not fit (From is beyond its version), and whenever the
// feed was interrupted. A step holds the final state of all seats that changed in
// it, so it fits every version in [From, Version). A map that is older than what
// the room has told is not told.
//
// A socket costs one goroutine with a small stack, which reads. Who asked for it has gone
// home: Serve returns after the handshake, and with it the request, its buffers and the
// deep stack of the web framework. What is to be written waits in the client's queue; a
// few writers, as many as can run at once and only while there is work, write frames that
// were made once for everybody, and never wait: a client that does not take a frame at
// once gets a goroutine for as long as it is behind, with a deadline for each frame. So a
// slow client stalls nobody. Pings come from one ticker for all. The library of WebSockets
// shakes hands and reads; it writes only the close frames of a broken protocol and of a
// client's goodbye, after which writers leave the socket alone.
//
// Locks: the hub's before a room's, a room's before a client's, a client's before that of
// the writers; none is held while anything is sent or read. A frame is given to the queues
// under the room's lock, which is what makes every socket see the same order.
package live
