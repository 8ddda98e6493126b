package rabbit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const (
	heartbeat = 10 * time.Second
	// dialTimeout bounds the connection and the handshake together.
	dialTimeout = 10 * time.Second
	// writeTimeout bounds one write to the socket: a broker that does not read is
	// as good as gone.
	writeTimeout = 15 * time.Second
	closeTimeout = 3 * time.Second
	// answerTimeout bounds what the broker is asked for before a channel is of
	// use, and its confirms. A broker can accept a connection, and messages, long
	// before the queue behind them has a leader; waiting on that same channel is
	// then waiting for ever.
	answerTimeout = 15 * time.Second
)

var (
	errClosed = errors.New("this connection to RabbitMQ was closed by the program")
	// ErrBlocked says that the broker takes no messages at present.
	ErrBlocked = errors.New("RabbitMQ is short of memory or disk and takes no messages")
)

// link is one connection to the broker, made when it is needed.
type link struct {
	url, name string
	topology  Topology
	log       *slog.Logger

	turn chan struct{} // held while the fields below are used

	conn   *amqp.Connection
	socket *boundedConn
	closed bool

	blocked  atomic.Bool
	watchers sync.WaitGroup
}

func newLink(url, name string, topology Topology, log *slog.Logger) *link {
	return &link{url: url, name: name, topology: topology, log: log, turn: make(chan struct{}, 1)}
}

// channel opens a channel with the topology declared and prepared by prepare (if
// not nil), connecting first if need be. When that is not done in time, or ctx
// ends before, the connection is dropped.
func (l *link) channel(ctx context.Context, prepare func(ch *amqp.Channel) error) (*session, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for the connection to RabbitMQ: %w", ctx.Err())
	}
	if err := l.connect(ctx); err != nil {
		return nil, err
	}
	defer l.dropWhenDone(ctx, l.socket)()
	ch, err := l.conn.Channel()
	if err != nil {
		return nil, fmt.Errorf("opening a channel: %w", err)
	}
	opened := &session{Channel: ch, socket: l.socket}
	err = l.topology.declare(ch)
	if err == nil && prepare != nil {
		err = prepare(ch)
	}
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("RabbitMQ did not answer in time: %w: %w", ctx.Err(), err)
		}
		return nil, errors.Join(err, opened.end())
	}
	return opened, nil
}

// connect needs the turn.
func (l *link) connect(ctx context.Context) error {
	if l.closed {
		return errClosed
	}
	if l.conn != nil && !l.conn.IsClosed() && !l.socket.dropped.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	var socket *boundedConn
	stop := func() {}
	defer func() { stop() }()
	properties := amqp.NewConnectionProperties()
	properties.SetClientConnectionName(l.name)
	conn, err := amqp.DialConfig(l.url, amqp.Config{
		Heartbeat: heartbeat, Locale: "en_US", Properties: properties,
		Dial: func(network, address string) (net.Conn, error) {
			raw, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			socket = &boundedConn{Conn: raw}
			stop = l.dropWhenDone(ctx, socket)
			return socket, nil
		},
	})
	if err != nil {
		// The error of the dialler names the address and no secret.
		return fmt.Errorf("connecting to RabbitMQ: %w", err)
	}
	l.conn, l.socket = conn, socket
	l.blocked.Store(false)
	blockings := conn.NotifyBlocked(make(chan amqp.Blocking, 1))
	l.watchers.Go(func() {
		for b := range blockings { // closed with the connection
			l.blocked.Store(b.Active)
			l.log.Warn("rabbitmq changed whether it takes messages", "blocked", b.Active, "reason", b.Reason)
		}
	})
	l.log.Info("connected to rabbitmq", "connection", l.name, "broker", conn.RemoteAddr().String())
	return nil
}

// dropWhenDone cuts the socket when ctx ends before the returned function is
// called: calls of the client library know no context.
func (l *link) dropWhenDone(ctx context.Context, socket net.Conn) func() {
	stop := context.AfterFunc(ctx, func() {
		if err := socket.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			l.log.Debug("dropping a connection to rabbitmq", "error", err)
		}
	})
	return func() { stop() }
}

func (l *link) close() error {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	l.closed = true
	if l.socket == nil {
		return nil
	}
	if !l.conn.IsClosed() {
		// A goodbye; a broker that is gone, or a connection that was dropped a moment
		// ago, does not hear it and need not.
		if err := l.conn.CloseDeadline(time.Now().Add(closeTimeout)); err != nil {
			l.log.Debug("saying goodbye to rabbitmq", "error", err)
		}
	}
	err := l.socket.Close()
	l.watchers.Wait()
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("closing the connection to RabbitMQ: %w", err)
	}
	return nil
}

// session is a channel together with the connection it lives on.
type session struct {
	*amqp.Channel
	socket *boundedConn
}

// end closes the channel; what it had not acknowledged goes back to its queue.
func (s *session) end() error {
	if err := s.Close(); err != nil && !errors.Is(err, amqp.ErrClosed) {
		return fmt.Errorf("closing a channel: %w", err)
	}
	return nil
}

// drop cuts the connection, for when the broker no longer answers on it. Whoever
// needs one next makes a new one.
func (s *session) drop(log *slog.Logger) {
	if err := s.socket.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		log.Debug("dropping a connection to rabbitmq", "error", err)
	}
}

// boundedConn gives every write a deadline of its own, and knows at once that it
// was closed from this side; the client library learns it a moment later.
type boundedConn struct {
	net.Conn
	dropped atomic.Bool
}

func (c *boundedConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// Close remembers that it was this side.
func (c *boundedConn) Close() error {
	c.dropped.Store(true)
	return c.Conn.Close()
}
