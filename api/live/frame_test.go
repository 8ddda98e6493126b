package live

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/flate"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// The first bytes of a frame, by the length of what is in it (RFC 6455, 5.2).
func TestFramesOfEveryLength(t *testing.T) {
	for length, head := range map[int][]byte{
		0: {0x81, 0}, 125: {0x81, 125}, 126: {0x81, 126, 0, 126}, 0xffff: {0x81, 126, 0xff, 0xff}, 0x10000: {0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0},
	} {
		text := strings.Repeat("x", length)
		f := newFrame([]byte(text))
		require.Equal(t, string(head)+text, string(f.plain), "%d bytes", length)
		if length < compressFrom {
			require.Nil(t, f.packed)
			continue
		}
		packed, err := f.packed()
		require.NoError(t, err)
		require.EqualValues(t, 0xc1, packed[0])
		require.Less(t, int(packed[1]), 127, "a short one, or one of less than 64 KiB")
		payload := packed[2:]
		if packed[1] == 126 {
			payload = packed[4:]
		}
		// What the last block lacks is put back (RFC 7692, 7.2.2).
		unpacked, err := io.ReadAll(flate.NewReader(io.MultiReader(bytes.NewReader(payload), strings.NewReader("\x00\x00\xff\xff\x01\x00\x00\xff\xff"))))
		require.NoError(t, err)
		require.Equal(t, text, string(unpacked))
	}
}

func TestWhoTakesCompressedMessages(t *testing.T) {
	for header, offers := range map[string]bool{
		"":                       false,
		"permessage-deflate":     true,
		" permessage-deflate ":   true,
		"x-webkit-deflate-frame": false,
		"foo; a=1, permessage-deflate; client_max_window_bits":              true,
		"permessage-deflate; server_max_window_bits=10, permessage-deflate": true,
		"foo bar, permessage-deflate":                                       false,
		`foo; a="permessage-deflate"`:                                       false,
		`foo; a=", permessage-deflate`:                                      false,
		"permessage-deflate,":                                               false,
		"Permessage-Deflate":                                                false,
	} {
		require.Equal(t, offers, offersDeflate(http.Header{"Sec-Websocket-Extensions": {header}}), "%q", header)
	}
	require.False(t, offersDeflate(nil))
	require.True(t, offersDeflate(http.Header{"Sec-Websocket-Extensions": {"foo", "permessage-deflate"}}))
	require.False(t, offersDeflate(http.Header{"Sec-Websocket-Extensions": {"foo bar", "permessage-deflate"}}))
}

// idle is a client that nobody writes to, for all that is called.
func idle(queue int) *client {
	h := New(nil, Config{Queue: queue}, nil)
	h.writers.running = 1 << 30 // as if they were all at work
	return &client{hub: h}
}

// offered is what becomes of a delta.
func offered(c *client, f *frame) answer {
	result, _ := c.offer(f, false)
	return result
}

// A queue takes what it may hold, and then its client is passed over until it is given a
// snapshot, which it is once the queue is empty.
func TestAQueueNeverGrows(t *testing.T) {
	c := idle(2)
	c.room = newRoom(c.hub, "a")
	c.room.board = newBoard(booking.SeatMap{Version: 7})
	c.room.clients[c] = struct{}{}
	c.writing = true
	f := newFrame([]byte("{}"))
	require.Equal(t, []answer{queued, queued, dropped, passed, passed},
		[]answer{offered(c, f), offered(c, f), offered(c, f), offered(c, f), offered(c, f)})
	result, _ := c.offer(f, true)
	require.Equal(t, dropped, result)
	require.Equal(t, f.plain, c.next())
	require.Equal(t, passed, offered(c, f), "there is room, but a step is missing")
	require.Equal(t, f.plain, c.next())
	require.Equal(t, `{"type":"snapshot","showtimeId":"a","version":7,"seats":[]}`, string(c.next()[2:]))
	require.Equal(t, queued, offered(c, f))
	require.Equal(t, f.plain, c.next())
	require.True(t, c.writing)
	require.Nil(t, c.next())
	require.False(t, c.writing)
	c.hub.stop()
}

// What is to be closed gets a close frame, and nothing after it.
func TestNothingComesAfterTheCloseFrame(t *testing.T) {
	c := idle(2)
	c.writing = true
	require.Equal(t, queued, offered(c, newFrame([]byte("{}"))))
	c.ping, c.pong = true, []byte("pong")
	c.end(1008, "enough")
	c.end(1012, "and again")
	require.Equal(t, "\x88\x08\x03\xf0enough", string(c.next()))
	c.offer(newFrame([]byte("{}")), true)
	require.Nil(t, c.next())
	c.hub.stop()
}

// Many calls are taken each once, in their order, and leave nothing behind.
func TestWritersTakeEveryCallOnce(t *testing.T) {
	w := writers{running: 1 << 30}
	all := make([]*client, 5000)
	for i := range all {
		all[i] = &client{slot: i}
	}
	var some [turn]*client
	var taken []*client
	for i, c := range all {
		w.call(c)
		if i%3 == 0 { // now and then, and slower than they come
			n := w.some(&some)
			taken = append(taken, some[:n]...)
		}
	}
	for n := w.some(&some); n > 0; n = w.some(&some) {
		taken = append(taken, some[:n]...)
	}
	require.Equal(t, len(all), len(taken))
	for i, c := range taken {
		require.Same(t, all[i], c)
	}
	require.Empty(t, w.calls)
	require.Equal(t, 1<<30-1, w.running)
}
