package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
)

// liveMessage is a snapshot or a delta.
type liveMessage struct {
	Type       string               `json:"type"`
	ShowtimeID booking.ShowtimeID   `json:"showtimeId"`
	From       int64                `json:"from"`
	Version    int64                `json:"version"`
	Seats      []booking.SeatChange `json:"seats"`
}

// viewer is an open seat map, kept as a browser keeps it.
type viewer struct {
	t    *testing.T
	conn *websocket.Conn
	done chan struct{}

	mu      sync.Mutex
	version int64
	seats   map[booking.SeatID]booking.SeatStatus
	seen    map[booking.SeatID][]booking.SeatStatus
	gaps    int
}

func (h *house) watch() *viewer {
	h.t.Helper()
	url := "ws" + strings.TrimPrefix(h.base, "http") + "/v1/showtimes/" + string(h.show) + "/live"
	conn, resp, err := websocket.DefaultDialer.Dial(url, nil)
	require.NoError(h.t, err)
	require.NoError(h.t, resp.Body.Close())
	v := &viewer{
		t: h.t, conn: conn, done: make(chan struct{}),
		seats: map[booking.SeatID]booking.SeatStatus{}, seen: map[booking.SeatID][]booking.SeatStatus{},
	}
	go v.read()
	h.t.Cleanup(func() {
		_ = conn.Close() // the server may have closed it already
		<-v.done
	})
	return v
}

func (v *viewer) read() {
	defer close(v.done)
	for {
		var m liveMessage
		if err := v.conn.ReadJSON(&m); err != nil {
			return
		}
		v.mu.Lock()
		switch {
		case m.Type == "delta" && m.From != v.version:
			v.gaps++
		case m.Version < v.version:
			v.t.Errorf("the map went back from %d to %d", v.version, m.Version)
		}
		v.version = m.Version
		for _, s := range m.Seats {
			if v.seats[s.ID] != s.Status {
				v.seen[s.ID] = append(v.seen[s.ID], s.Status)
			}
			v.seats[s.ID] = s.Status
		}
		v.mu.Unlock()
	}
}

func (v *viewer) at() int64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.version
}

// requireSame waits until the viewer is at the map's version and compares.
func (v *viewer) requireSame(m booking.SeatMap) {
	v.t.Helper()
	eventually(v.t, fmt.Sprintf("the viewer sees version %d", m.Version), func() bool { return v.at() >= m.Version })
	v.mu.Lock()
	defer v.mu.Unlock()
	require.Zero(v.t, v.gaps, "versions have no gap")
	for _, s := range m.Seats {
		require.Equal(v.t, s.Status, v.seats[s.ID], "seat %s", s.ID)
	}
}

func TestEveryOpenMapFollows(t *testing.T) {
	t.Parallel()
	h := open(t, holdFor(2*time.Second))
	first := h.watch()
	people := []*browser{h.guest(), h.guest(), h.guest()}
	pending := people[0].mustBook(h.show, "A1", "A2")
	second := h.watch() // joins in the middle
	var wg sync.WaitGroup
	for i, p := range people {
		wg.Go(func() {
			for n := range 6 {
				b := p.mustBook(h.show, fmt.Sprint(string(rune('B'+i)), n+1))
				switch n % 3 {
				case 0:
					if a := p.pay(b.Id, "tok_ok", nil); a.status != http.StatusCreated {
						t.Errorf("paying: %s", a.body)
					}
				case 1:
					if a := p.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil); a.status != http.StatusOK {
						t.Errorf("cancelling: %s", a.body)
					}
				}
			}
		})
	}
	wg.Wait()
	h.waitForHoldsToEnd()
	truth := h.requireAgreement()
	first.requireSame(truth)
	second.requireSame(truth)
	require.Equal(t, []booking.SeatStatus{"available", "held", "available"}, first.seen["A1"])
	require.Equal(t, []booking.SeatStatus{"available", "held", "sold"}, first.seen["B1"])
	require.Equal(t, "expired", string(people[0].get(pending.Id).Status))

	// A client that has lost the thread asks for a snapshot.
	require.NoError(t, second.conn.WriteJSON(map[string]string{"type": "resync"}))
	people[0].mustBook(h.show, "F1")
	second.requireSame(h.requireAgreement())
}

func TestLiveRefusals(t *testing.T) {
	t.Parallel()
	h := open(t)
	who := h.guest()
	unknown := booking.DeriveID("nothing")
	requireProblem(t, who.do(http.MethodGet, "/v1/showtimes/"+unknown+"/live", "", nil), 404, "showtime_not_found")
	requireProblem(t, who.do(http.MethodGet, "/v1/showtimes/nonsense/live", "", nil), 404, "showtime_not_found")
	plain := who.do(http.MethodGet, "/v1/showtimes/"+string(h.show)+"/live", "", nil)
	require.Equal(t, http.StatusBadRequest, plain.status)
	url := "ws" + strings.TrimPrefix(h.base, "http") + "/v1/showtimes/" + string(h.show) + "/live"
	_, resp, err := websocket.DefaultDialer.Dial(url, http.Header{"Origin": {"https://elsewhere.example"}})
	require.Error(t, err)
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
	require.NoError(t, resp.Body.Close())
}
