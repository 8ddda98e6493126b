package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/websocket"
	amqp "github.com/rabbitmq/amqp091-go"

	"holdfast/internal/rig"
)

// bareQueue is of the kind that the engine's events go through.
const bareQueue = "bench.bare"

// bareSize is about that of an event, in bytes.
const bareSize = 450

// bareCommand is the least that tells a browser of something: one process publishes, and
// has it confirmed; the other consumes it, and writes it to a socket.
type bareCommand struct {
	Addr string `required:"" help:"Where it listens."`
	Amqp string `required:"" help:"URL of the broker."`
	Tell bool   `help:"It is the one that consumes and writes."`
}

// Run serves POST /publish, or /sockets.
func (c bareCommand) Run(ctx context.Context) error {
	conn, err := amqp.Dial(c.Amqp)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // nothing is to come any more
	ch, err := conn.Channel()
	if err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	if c.Tell {
		err = tellBare(engine, ch)
	} else {
		err = publishBare(engine, ch)
	}
	if err != nil {
		return err
	}
	server := &http.Server{Addr: c.Addr, Handler: engine, ReadHeaderTimeout: answerWithin}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() }) // there is nothing to finish
	defer stopped()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// publishBare publishes the time, and answers when the broker has it.
func publishBare(engine *gin.Engine, ch *amqp.Channel) error {
	if _, err := ch.QueueDeclare(bareQueue, true, false, false, false, amqp.Table{"x-queue-type": "quorum"}); err != nil {
		return err
	}
	if err := ch.Confirm(false); err != nil {
		return err
	}
	engine.POST("/publish", func(g *gin.Context) {
		ctx, cancel := context.WithTimeout(g.Request.Context(), answerWithin)
		defer cancel()
		body := bytes.Repeat([]byte{' '}, bareSize)
		copy(body, strconv.FormatInt(time.Now().UnixNano(), 10))
		confirm, err := ch.PublishWithDeferredConfirmWithContext(ctx, "", bareQueue, false, false, amqp.Publishing{DeliveryMode: amqp.Persistent, Body: body})
		if err == nil {
			var done bool
			if done, err = confirm.WaitContext(ctx); err == nil && !done {
				err = errors.New("the broker refused it")
			}
		}
		if err != nil {
			g.String(http.StatusInternalServerError, err.Error())
			return
		}
		g.Status(http.StatusOK)
	})
	return nil
}

// tellBare writes what it is given to the sockets, then acknowledges it.
func tellBare(engine *gin.Engine, ch *amqp.Channel) error {
	deliveries, err := ch.Consume(bareQueue, "", false, false, false, false, nil)
	if err != nil {
		return err
	}
	upgrader := websocket.Upgrader{ReadBufferSize: 512, WriteBufferSize: 1024}
	var mu sync.Mutex
	var socket *websocket.Conn
	engine.GET("/sockets", func(g *gin.Context) {
		conn, err := upgrader.Upgrade(g.Writer, g.Request, nil)
		if err != nil {
			return // the upgrader has answered
		}
		mu.Lock()
		socket = conn
		mu.Unlock()
		for err == nil {
			_, _, err = conn.ReadMessage()
		}
		_ = conn.Close() // nobody is there any more
	})
	go func() {
		for d := range deliveries {
			mu.Lock()
			to := socket
			mu.Unlock()
			if to != nil {
				err = to.WriteMessage(websocket.TextMessage, d.Body)
			}
			// What does not come is missed, and counted, by the one who waits for it.
			if err := errors.Join(err, d.Ack(false)); err != nil {
				fmt.Println("telling:", err)
			}
		}
	}()
	return nil
}

// startBare starts both, the one that makes the queue first, and says where they are.
func (s *scene) startBare(ctx context.Context) (publisher, teller string, err error) {
	ports, err := rig.FreePorts(2)
	if err != nil {
		return "", "", err
	}
	if err := s.start("bare publisher", "bare", "--addr", ports[0], "--amqp", s.cfg.AMQPURL); err != nil {
		return "", "", err
	}
	if err := awaitPort(ctx, ports[0]); err != nil {
		return "", "", err
	}
	err = s.start("bare teller", "bare", "--tell", "--addr", ports[1], "--amqp", s.cfg.AMQPURL)
	if err == nil {
		err = awaitPort(ctx, ports[1])
	}
	return ports[0], ports[1], err
}
