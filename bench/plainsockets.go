package main

import (
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/gorilla/websocket"
)

// plainSockets is the bare loop: everybody gets the same prepared frame, one after the
// other, from one goroutine.
type plainSockets struct {
	upgrader websocket.Upgrader
	mu       sync.Mutex
	conns    map[*websocket.Conn]struct{}
}

func newPlainSockets() *plainSockets {
	return &plainSockets{
		upgrader: websocket.Upgrader{ReadBufferSize: 512, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{}, EnableCompression: true},
		conns:    map[*websocket.Conn]struct{}{},
	}
}

// serve keeps a socket until its client goes.
func (p *plainSockets) serve(g *gin.Context) {
	conn, err := p.upgrader.Upgrade(g.Writer, g.Request, nil)
	if err != nil {
		return // the upgrader has answered
	}
	p.mu.Lock()
	p.conns[conn] = struct{}{}
	p.mu.Unlock()
	for err == nil {
		_, _, err = conn.ReadMessage()
	}
	p.mu.Lock()
	delete(p.conns, conn)
	p.mu.Unlock()
	_ = conn.Close() // nobody is there any more
}

// tell writes the frame in the request to every socket.
func (p *plainSockets) tell(g *gin.Context) {
	text, err := io.ReadAll(g.Request.Body)
	if err != nil {
		g.String(http.StatusBadRequest, err.Error())
		return
	}
	frame, err := websocket.NewPreparedMessage(websocket.TextMessage, text)
	if err != nil {
		g.String(http.StatusInternalServerError, err.Error())
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.conns {
		err := conn.SetWriteDeadline(time.Now().Add(answerWithin))
		if err == nil {
			err = conn.WritePreparedMessage(frame)
		}
		if err != nil {
			g.String(http.StatusInternalServerError, err.Error())
			return
		}
	}
	g.Status(http.StatusOK)
}
