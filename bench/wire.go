package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// answerWithin bounds the wait for any answer.
const answerWithin = 15 * time.Second

// wire is a connection for HTTP requests that are written as they are and whose answers
// are hardly looked at. This program shares the machine with what it measures: the less
// it does, the less it measures itself.
type wire struct {
	host string
	conn net.Conn
	r    *bufio.Reader
	body bytes.Buffer
}

// request is the text of a request. Headers are lines without their ends.
func request(method, host, path, body string, headers ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, path, host)
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	if body != "" {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n" + body)
	return b.Bytes()
}

// do asks, and returns the status and the body, which is good until the next call.
func (w *wire) do(ctx context.Context, text []byte) (status int, body []byte, err error) {
	if w.conn == nil {
		if w.conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", w.host); err != nil {
			return 0, nil, err
		}
		w.r = bufio.NewReaderSize(w.conn, 64<<10)
	}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if err := w.conn.SetDeadline(time.Now().Add(answerWithin)); err != nil {
		return 0, nil, err
	}
	if _, err := w.conn.Write(text); err != nil {
		return 0, nil, err
	}
	return w.read()
}

func (w *wire) read() (status int, body []byte, err error) {
	line, err := w.r.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 12 {
		return 0, nil, fmt.Errorf("an answer begins with %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, fmt.Errorf("an answer begins with %q", line)
	}
	size := 0
	for {
		line, err := w.r.ReadSlice('\n')
		if err != nil {
			return 0, nil, err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := strings.Cut(strings.TrimSpace(string(line)), ":")
		switch {
		case strings.EqualFold(name, "Content-Length"):
			if size, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return 0, nil, err
			}
		case strings.EqualFold(name, "Transfer-Encoding"):
			return 0, nil, errors.New("an answer of unknown length is not understood here")
		}
	}
	w.body.Reset()
	if _, err := io.CopyN(&w.body, w.r, int64(size)); err != nil {
		return 0, nil, err
	}
	return status, w.body.Bytes(), nil
}

func (w *wire) close() {
	if w.conn != nil {
		_ = w.conn.Close() // nothing is to come any more
		w.conn = nil
	}
}

// wires are connections for so many clients.
func wires(host string, n int) []*wire {
	out := make([]*wire, n)
	for i := range out {
		out[i] = &wire{host: host}
	}
	return out
}

func hangUp(all []*wire) {
	for _, w := range all {
		w.close()
	}
}

// expect asks, and fails on any other status.
func (w *wire) expect(ctx context.Context, status int, text []byte) ([]byte, error) {
	got, body, err := w.do(ctx, text)
	if err == nil && got != status {
		line, _, _ := bytes.Cut(text, []byte("\r\n"))
		err = fmt.Errorf("%s: %d, not %d: %.300s", line, got, status, body)
	}
	return body, err
}
