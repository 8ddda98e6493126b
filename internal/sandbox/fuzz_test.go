package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func decodeOrder(body []byte) (order, error) {
	r := httptest.NewRequest(http.MethodPut, "/", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	var o order
	err := decode(httptest.NewRecorder(), r, &o)
	if err == nil {
		err = o.check()
	}
	return o, err
}

// FuzzOrder: an order that is taken is within its bounds, and is written and read as the
// same; nothing panics.
func FuzzOrder(f *testing.F) {
	for _, seed := range []string{
		`{"booking_id":"b1","amount":1500,"currency":"USD"}`, `{"booking_id":"b1","amount":0,"currency":"JPY","deadline":"2030-01-01T00:00:00+01:00"}`,
		`{"booking_id":"b1","amount":9223372036854775808,"currency":"USD"}`, `{}`, `null`, `[]`, ``, `{"booking_id":"\u0000","amount":1,"currency":"USD"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		o, err := decodeOrder(body)
		if err != nil {
			return
		}
		require.True(t, named(o.BookingID), "%q", o.BookingID)
		require.GreaterOrEqual(t, o.Amount, int64(0))
		require.Regexp(t, `^[A-Z]{3}$`, o.Currency)
		written, err := json.Marshal(o)
		require.NoError(t, err)
		again, err := decodeOrder(written)
		require.NoError(t, err, "%s", written)
		if o.Deadline != nil && again.Deadline != nil {
			require.True(t, o.Deadline.Equal(*again.Deadline), "%s, %s", o.Deadline, again.Deadline)
			again.Deadline = o.Deadline
		}
		require.Equal(t, o, again)
	})
}

// FuzzPage: a page that is taken is within its bounds, and is asked for again by what was
// understood of it.
func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		"", "limit=1", "limit=1000&cursor=5&since=2030-01-01T00%3A00%3A00Z", "limit=0", "limit=1001", "cursor=-1", "since=x", "limit=1&limit=2000", "%zz", "order=up", "limit=%2B7",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		p, err := parsePage(query)
		if err != nil {
			require.Zero(t, p)
			return
		}
		require.True(t, p.limit >= 1 && p.limit <= maxPage, "%d", p.limit)
		q := url.Values{"limit": {strconv.Itoa(int(p.limit))}, "cursor": {strconv.FormatInt(p.after, 10)}, "since": {p.since.Format(time.RFC3339Nano)}}
		again, err := parsePage(q.Encode())
		require.NoError(t, err, "%s", q.Encode())
		require.True(t, p.since.Equal(again.since) && p.after == again.after && p.limit == again.limit, "%+v, %+v", p, again)
	})
}
