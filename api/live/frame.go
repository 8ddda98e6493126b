package live

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/gorilla/websocket"
	"github.com/klauspost/compress/flate"

	"holdfast/internal/booking"
)

// compressFrom is the size in bytes from which compressing a frame pays.
const compressFrom = 1024

// Bits of a frame's first byte (RFC 6455, 5.2, and RFC 7692, 6).
const (
	finalBit      = 1 << 7
	compressedBit = 1 << 6
)

// frame is a message as it goes over the wire, made once for all the sockets that get it.
type frame struct {
	plain  []byte
	packed func() ([]byte, error) // for sockets that agreed on compression; nil where it does not pay
}

func newFrame(text []byte) *frame {
	f := &frame{plain: wireFrame(finalBit|websocket.TextMessage, text)}
	if len(text) >= compressFrom {
		f.packed = sync.OnceValues(func() ([]byte, error) {
			packed, err := deflate(text)
			if err != nil {
				return nil, err
			}
			return wireFrame(finalBit|compressedBit|websocket.TextMessage, packed), nil
		})
	}
	return f
}

// wireFrame is a whole message in one frame of a server: nothing is masked.
func wireFrame(first byte, payload []byte) []byte {
	out := make([]byte, 0, len(payload)+10)
	switch n := len(payload); {
	case n <= 125:
		out = append(out, first, byte(n))
	case n <= 0xffff:
		out = binary.BigEndian.AppendUint16(append(out, first, 126), uint16(n))
	default:
		out = binary.BigEndian.AppendUint64(append(out, first, 127), uint64(n))
	}
	return append(out, payload...)
}

// deflate compresses a message that nothing before it is needed for: without context
// takeover, which is what was agreed on. The end of the last block is implied (RFC 7692, 7.2.1).
func deflate(text []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil {
		return nil, fmt.Errorf("compressing a frame: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{0, 0, 0xff, 0xff}), nil
}

// snapshotText is {"type":"snapshot","showtimeId","version","seats":[{"id","status"}]}.
func snapshotText(id booking.ShowtimeID, b *board) []byte {
	text := make([]byte, 0, 96+40*len(b.ids))
	text = append(text, `{"type":"snapshot","showtimeId":`...)
	text = appendString(text, string(id))
	text = append(text, `,"version":`...)
	text = strconv.AppendInt(text, b.version, 10)
	text = append(text, `,"seats":[`...)
	for i := range b.ids {
		text = appendSeat(text, i == 0, b.ids[i], b.statuses[i])
	}
	return append(text, "]}"...)
}

// deltaText is {"type":"delta","from","version","seats":[{"id","status"}]}, the
// seats in the order of the layout.
func deltaText(b *board, to int64, changes map[int]booking.SeatStatus) []byte {
	text := make([]byte, 0, 64+40*len(changes))
	text = append(text, `{"type":"delta","from":`...)
	text = strconv.AppendInt(text, b.version, 10)
	text = append(text, `,"version":`...)
	text = strconv.AppendInt(text, to, 10)
	text = append(text, `,"seats":[`...)
	for n, i := range slices.Sorted(maps.Keys(changes)) {
		text = appendSeat(text, n == 0, b.ids[i], changes[i])
	}
	return append(text, "]}"...)
}

func appendSeat(text []byte, first bool, id booking.SeatID, status booking.SeatStatus) []byte {
	if !first {
		text = append(text, ',')
	}
	text = append(text, `{"id":`...)
	text = appendString(text, string(id))
	text = append(text, `,"status":`...)
	text = appendString(text, string(status))
	return append(text, '}')
}

func appendString(text []byte, s string) []byte {
	if booking.SeatID(s).Plausible() { // nothing in it needs escaping
		text = append(text, '"')
		text = append(text, s...)
		return append(text, '"')
	}
	quoted, err := json.Marshal(s)
	if err != nil {
		panic("live: a string cannot be written as JSON: " + err.Error()) // no string can cause this
	}
	return append(text, quoted...)
}
