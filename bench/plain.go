package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"holdfast/internal/rig"
)

// constant is an answer that never changes.
type constant struct {
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

// plainCommand is the same web framework as the engine's, without anything behind it.
type plainCommand struct {
	Addr string `required:"" help:"Where it listens."`
}

// Run serves /constant, which a PUT sets.
func (c plainCommand) Run(ctx context.Context) error {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	var now constant
	answer := func(g *gin.Context) {
		for name, values := range now.Header {
			g.Writer.Header()[name] = values
		}
		if len(now.Body) == 0 {
			g.Status(now.Status)
			return
		}
		g.Data(now.Status, now.Header.Get("Content-Type"), now.Body)
	}
	engine.GET("/constant", answer)
	engine.POST("/constant", answer)
	// Nobody asks while it is set: the bench does one after the other.
	engine.PUT("/constant", func(g *gin.Context) {
		var next constant
		if err := json.NewDecoder(g.Request.Body).Decode(&next); err != nil {
			g.String(http.StatusBadRequest, err.Error())
			return
		}
		now = next
		g.Status(http.StatusOK)
	})
	sockets := newPlainSockets()
	engine.GET("/sockets", sockets.serve)
	engine.POST("/frame", sockets.tell)
	server := &http.Server{Addr: c.Addr, Handler: engine, ReadHeaderTimeout: answerWithin}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() }) // there is nothing to finish
	defer stopped()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// startPlain starts the server, once in a scene, and says where it is.
func (s *scene) startPlain(ctx context.Context) (string, error) {
	if s.plain != "" {
		return s.plain, nil
	}
	ports, err := rig.FreePorts(1)
	if err != nil {
		return "", err
	}
	if err := s.start("plain", "plain", "--addr", ports[0]); err != nil {
		return "", err
	}
	s.plain = ports[0]
	return s.plain, s.awaitPlain(ctx)
}

func (s *scene) awaitPlain(ctx context.Context) error { return awaitPort(ctx, s.plain) }

// awaitPort waits until a process listens there.
func awaitPort(ctx context.Context, addr string) error {
	return rig.Until(ctx, 30*time.Second, "something listens on "+addr, func(ctx context.Context) (string, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err != nil {
			return err.Error(), nil
		}
		return "", conn.Close()
	})
}

// setPlain says what it answers from now on.
func (s *scene) setPlain(ctx context.Context, c constant) error {
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	w := &wire{host: s.plain}
	defer w.close()
	_, err = w.expect(ctx, http.StatusOK, request(http.MethodPut, s.plain, "/constant", string(text)))
	return err
}

// ask makes a constant of an answer, with the headers that say something about it.
func ask(req *http.Request) (constant, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return constant{}, err
	}
	defer func() { _ = resp.Body.Close() }() // it was read, or its error was
	c := constant{Status: resp.StatusCode, Header: http.Header{}}
	for _, name := range []string{"Content-Type", "ETag", "Cache-Control", "Vary"} {
		if v := resp.Header.Get(name); v != "" {
			c.Header.Set(name, v)
		}
	}
	c.Body, err = io.ReadAll(resp.Body)
	return c, err
}
