package rabbit

import (
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"
)

// DefaultExchange is the exchange that the contract names.
const DefaultExchange = "holdfast.events"

// defaultDeliveryLimit is how often a message is delivered again after its
// consumer died with it in hand, before it is set aside.
const defaultDeliveryLimit = 5

// maxLiveBacklog bounds the steps that wait in the broker for one slow node, in
// messages. What is dropped leaves a gap, and a gap makes the node read the map.
const maxLiveBacklog = 20_000

// Topology is what is declared on the broker, every name derived from one.
type Topology struct {
	Exchange      string
	DeliveryLimit int
}

// SeatMapQueue is the queue of the projection.
func (t Topology) SeatMapQueue() string { return t.Exchange + ".seatmap" }

// Dead is the exchange and the queue of messages that were set aside.
func (t Topology) Dead() string { return t.Exchange + ".dead" }

// Live is the exchange that tells every node about the steps of seat maps.
func (t Topology) Live() string { return t.Exchange + ".live" }

// declare makes the topology exist; doing it again changes nothing. It fails,
// and the channel is closed by the broker, when one of the names exists with
// other properties.
func (t Topology) declare(ch *amqp.Channel) error {
	exchanges := []struct{ name, kind string }{
		{t.Exchange, amqp.ExchangeTopic},
		{t.Dead(), amqp.ExchangeFanout},
		{t.Live(), amqp.ExchangeFanout},
	}
	for _, e := range exchanges {
		if err := ch.ExchangeDeclare(e.name, e.kind, true, false, false, false, nil); err != nil {
			return fmt.Errorf("declaring exchange %s: %w", e.name, err)
		}
	}
	queues := []struct {
		name string
		args amqp.Table
	}{
		{t.Dead(), amqp.Table{amqp.QueueTypeArg: amqp.QueueTypeQuorum}},
		{t.SeatMapQueue(), amqp.Table{
			amqp.QueueTypeArg: amqp.QueueTypeQuorum,
			// A showtime's versions follow each other: two consumers side by side
			// would each see gaps and read the whole map from PostgreSQL all the
			// time. One works, the others stand by.
			amqp.SingleActiveConsumerArg: true,
			"x-delivery-limit":           int64(t.DeliveryLimit),
			"x-dead-letter-exchange":     t.Dead(),
			// Dead-lettered at most once. At least once would survive a broker that
			// dies in that moment; but in RabbitMQ 3.10 one such queue that is
			// deleted right after it was made takes the supervisor of all of them
			// along, and from then on none of them works until the broker is
			// restarted. What a dead letter would have told is in PostgreSQL.
		}},
	}
	for _, q := range queues {
		if _, err := ch.QueueDeclare(q.name, true, false, false, false, q.args); err != nil {
			return fmt.Errorf("declaring queue %s: %w", q.name, err)
		}
	}
	bindings := []struct{ queue, key, exchange string }{
		{t.Dead(), "", t.Dead()},
		{t.SeatMapQueue(), "booking.*", t.Exchange},
		{t.SeatMapQueue(), "showtime.*", t.Exchange},
	}
	for _, b := range bindings {
		if err := ch.QueueBind(b.queue, b.key, b.exchange, false, nil); err != nil {
			return fmt.Errorf("binding queue %s to %s: %w", b.queue, b.exchange, err)
		}
	}
	return nil
}

// declareLive makes this node's own queue of live steps, which ends with the
// connection.
func (t Topology) declareLive(ch *amqp.Channel) (string, error) {
	q, err := ch.QueueDeclare("", false, true, true, false, amqp.Table{
		amqp.QueueMaxLenArg: int64(maxLiveBacklog), amqp.QueueOverflowArg: amqp.QueueOverflowDropHead,
	})
	if err != nil {
		return "", fmt.Errorf("declaring this node's live queue: %w", err)
	}
	if err := ch.QueueBind(q.Name, "", t.Live(), false, nil); err != nil {
		return "", fmt.Errorf("binding this node's live queue: %w", err)
	}
	return q.Name, nil
}
