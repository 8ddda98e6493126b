package live

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/gorilla/websocket"

	"holdfast/internal/booking"
)

// compressFrom is the size in bytes from which compressing a frame pays.
const compressFrom = 1024

// frame is a message made once for all the sockets that get it.
type frame struct {
	message  *websocket.PreparedMessage
	compress bool
}

func newFrame(text []byte) (*frame, error) {
	m, err := websocket.NewPreparedMessage(websocket.TextMessage, text)
	if err != nil {
		return nil, fmt.Errorf("preparing a frame: %w", err)
	}
	return &frame{message: m, compress: len(text) >= compressFrom}, nil
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
