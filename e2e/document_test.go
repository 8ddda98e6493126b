package e2e_test

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/config"
)

// How many requests are sent; HOLDFAST_PROOF=full is the many.
const (
	fewRequests   = 3_000
	manyRequests  = 60_000
	documentHands = 8 // who send at the same time
)

// Every operation of the document is driven with good requests, made from its
// schemas, and with those that were made odd. Each answer is what the document says;
// what the document does not allow is never done. (Alone, since it is a load.)
func TestDocument(t *testing.T) {
	seed, n := seedOf(t), fewRequests
	if os.Getenv("HOLDFAST_PROOF") == "full" {
		n = manyRequests
	}
	doc := readDocument(t)
	h := open(t, holdFor(6*time.Second), func(c *config.Config) {
		c.PaymentGrace = 2 * time.Second
		c.AnswerWithin = time.Minute // a slow machine is no wrong answer
	})
	d := &drive{house: h, document: doc, seen: map[string]map[string]int{}, wrong: map[string]*finding{}}
	d.world = newWorld(h, 4+n/400)
	started := time.Now()
	var wg sync.WaitGroup
	for hand := range uint64(documentHands) {
		wg.Go(func() { d.run(rand.New(rand.NewPCG(seed, hand)), n/documentHands) })
	}
	wg.Wait()
	d.report(n, time.Since(started))
}

// newWorld makes showtimes, of which one has begun and one is cancelled, the first
// people and an usher.
func newWorld(h *house, shows int) *world {
	w := &world{shows: []string{string(h.show)}, usher: &person{token: h.usher().token, payments: map[string][]string{}, cursors: map[string]string{}}}
	for i := range shows {
		id, starts := booking.ShowtimeID(uuid.NewString()), time.Now().Add(24*time.Hour)
		if i == 0 {
			starts = time.Now().Add(-time.Hour)
		}
		h.addShowtime(id, starts)
		if i == 1 {
			require.NoError(h.t, h.store.CancelShowtime(h.t.Context(), id))
		}
		eventually(h.t, "there is a map", func() bool {
			v, err := h.maps.Version(h.t.Context(), id)
			return err == nil && v > 0
		})
		w.shows = append(w.shows, string(id))
	}
	for range documentHands {
		w.people = append(w.people, &person{token: h.guest().token, payments: map[string][]string{}, cursors: map[string]string{}})
	}
	var err error
	w.signer, err = standardwebhooks.NewWebhookRaw([]byte(h.bank.key))
	require.NoError(h.t, err)
	return w
}

// drive is a run of the whole document.
type drive struct {
	*house
	*document
	world *world

	mu    sync.Mutex
	seen  map[string]map[string]int // by operation and status
	wrong map[string]*finding
}

// finding is something wrong, with the first request that showed it.
type finding struct {
	times int
	first string
}

func (d *drive) run(rnd *rand.Rand, n int) {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := &http.Client{Timeout: 2 * time.Minute, Transport: transport}
	for i := 0; i < n || i < 4*n && len(d.missing()) > 0; i++ {
		o := d.turn(rnd)
		r := d.world.good(rnd, o)
		if rnd.IntN(2) == 0 {
			d.world.spoil(rnd, r)
		}
		d.send(rnd, client, r)
	}
}

// turn picks an operation; those that make something of a body come more often, for the
// others to have something to be about.
func (d *drive) turn(rnd *rand.Rand) *operation {
	for {
		o := d.operations[rnd.IntN(len(d.operations))]
		if o.Responses.Status(http.StatusCreated) != nil && o.RequestBody != nil || rnd.IntN(3) == 0 {
			return o
		}
	}
}

func (d *drive) note(id, status string, r *request, wrong ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.seen[id] == nil {
		d.seen[id] = map[string]int{}
	}
	d.seen[id][status]++
	for _, text := range wrong {
		name := id + " " + status + ": " + text
		if d.wrong[name] == nil {
			d.wrong[name] = &finding{first: r.String()}
		}
		d.wrong[name].times++
	}
}

// report tells what was sent, and fails for what was wrong and what never went well.
func (d *drive) report(n int, took time.Duration) {
	d.t.Logf("%d requests in %s, for %d operations", n, took.Round(time.Second), len(d.operations))
	for _, id := range slices.Sorted(maps.Keys(d.seen)) {
		d.t.Logf("%-20s %v", id, d.seen[id])
	}
	for _, name := range slices.Sorted(maps.Keys(d.wrong)) {
		d.t.Errorf("%s, %d times, first for %s", name, d.wrong[name].times, d.wrong[name].first)
	}
	for _, id := range d.missing() {
		d.t.Errorf("%s never went well; a supplier may have to know what it is about", id)
	}
}

// missing are the operations that never went well. There is none that need not.
func (d *drive) missing() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []string
	for _, o := range d.operations {
		well := func(status string) bool { return status < "300" }
		if !slices.ContainsFunc(slices.Collect(maps.Keys(d.seen[o.OperationID])), well) {
			out = append(out, o.OperationID)
		}
	}
	return out
}
