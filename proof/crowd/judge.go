package crowd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"holdfast/internal/booking"
)

// Verdict is what the checker says of what everybody was told.
type Verdict struct {
	Result     porcupine.CheckResult
	Calls      int64 // questions asked
	Operations int   // what they say of single seats
	Open       int   // of these, those that stay open: their answers were lost
	model      porcupine.Model
	ops        map[string][]porcupine.Operation // by seat
	info       porcupine.LinearizationInfo
}

// Whole reports whether there is an order in which everything is true.
func (v Verdict) Whole() bool { return v.Result == porcupine.Ok }

// Picture writes the history as a page on which each seat's calls are bars in time, and
// the longest order that was found is a line.
func (v Verdict) Picture(path string) error { return porcupine.VisualizePath(v.model, v.info, path) }

// explained is of how many seats Explain tells.
const explained = 3

// Explain says of some seats for which there is no order how far one goes, and what then
// cannot be true.
func (v Verdict) Explain() string {
	var out strings.Builder
	told := 0
	for _, orders := range v.info.PartialLinearizationsOperations() {
		var longest []porcupine.Operation
		for _, order := range orders {
			if len(order) > len(longest) {
				longest = order
			}
		}
		placed := map[porcupine.Operation]int{}
		for _, op := range longest {
			placed[op]++
		}
		first, found := porcupine.Operation{Return: open4ever}, false
		for _, op := range v.ops[seatOf(longest)] {
			if placed[op]--; placed[op] < 0 && op.Return < first.Return {
				first, found = op, true
			}
		}
		if !found || told == explained {
			continue
		}
		told++
		for _, op := range longest[max(0, len(longest)-6):] {
			v.tell(&out, "   ", op)
		}
		v.tell(&out, "NOT", first)
	}
	return out.String()
}

func (v Verdict) tell(out *strings.Builder, mark string, op porcupine.Operation) {
	fmt.Fprintf(out, "%s %8.3f-%.3f s, client %d: %s\n", mark, float64(op.Call)/1e9, float64(op.Return)/1e9, op.ClientId, v.model.DescribeOperation(op.Input, op.Output))
}

func seatOf(ops []porcupine.Operation) string {
	if len(ops) == 0 {
		return ""
	}
	return ops[0].Input.(seatCall).seat //nolint:errcheck // nothing else is in the history
}

// Judge asks the checker for an order in which everything that everybody was told is
// true. Everything that was begun must have ended.
func (c *Crowd) Judge(ctx context.Context) (Verdict, error) {
	if err := c.look(ctx, 0); err != nil {
		return Verdict{}, err
	}
	after, err := c.aftermath(ctx)
	if err != nil {
		return Verdict{}, err
	}
	c.strangers(after)
	v := Verdict{Calls: c.Calls(), model: seatModel(c.began), ops: map[string][]porcupine.Operation{}}
	end := time.Now().UnixNano()
	var ops []porcupine.Operation
	for _, op := range c.ops {
		if op.Return == open4ever {
			q := op.Input.(seatCall) //nolint:errcheck // nothing else is in the history
			did, until := after.did(q)
			if !did {
				continue
			}
			v.Open++
			op.Output = seatAnswer{told: nothing, booking: q.booking, until: until, at: open4ever}
		}
		op.Call -= c.began.UnixNano()
		op.Return = min(op.Return, end) - c.began.UnixNano()
		ops = append(ops, op)
		seat := seatOf(ops[len(ops)-1:])
		v.ops[seat] = append(v.ops[seat], op)
	}
	v.Operations = len(ops)
	v.Result, v.info = porcupine.CheckOperationsVerbose(v.model, ops, time.Minute)
	return v, nil
}

// fate is what has become of a booking.
type fate struct {
	status  string
	givenUp bool // by the engine, before anybody was told of it
	paid    bool // a payment of it was captured, or given back after that
	until   int64
}

// aftermath is the fate of every booking of the showtime, after everything.
type aftermath map[string]fate

func (c *Crowd) aftermath(ctx context.Context) (aftermath, error) {
	rows, err := c.DB.Query(ctx, `SELECT b.id::text, b.status, b.expires_at, b.reason = $2,
			EXISTS (SELECT FROM payments p WHERE p.booking_id = b.id AND p.status IN ('captured', 'refund_due', 'refunded'))
		FROM bookings b WHERE b.showtime_id = $1`, string(c.Show), string(booking.ReasonUnsettled))
	if err != nil {
		return nil, err
	}
	after := aftermath{}
	for rows.Next() {
		var id string
		var f fate
		var until time.Time
		if err := rows.Scan(&id, &f.status, &until, &f.givenUp, &f.paid); err != nil {
			return nil, err
		}
		f.until = until.UnixNano()
		after[id] = f
	}
	return after, rows.Err()
}

// strangers complains of bookings that nobody asked for: each was told to somebody, or is
// what a call without an answer asked for.
func (c *Crowd) strangers(after aftermath) {
	c.mu.Lock()
	defer c.mu.Unlock()
	lost := map[string]bool{}
	for _, op := range c.ops {
		if q := op.Input.(seatCall); op.Return == open4ever { //nolint:errcheck // nothing else is in the history
			lost[q.booking] = true
		}
	}
	for id, f := range after {
		if _, told := c.seats[id]; !told && !lost[id] && !f.givenUp {
			c.complaints = append(c.complaints, "nobody was told of booking "+id+", and nobody is waiting to be")
		}
	}
}

// did reports whether a call whose answer was lost may have done anything, and until
// when the booking was held.
func (a aftermath) did(q seatCall) (bool, int64) {
	f, known := a[q.booking]
	switch q.verb {
	case "lock": // the gatekeeper's doings leave no trace
		return true, f.until
	case "book":
		return known, f.until
	case "give up":
		return f.givenUp, f.until
	case "pay":
		return f.paid, f.until
	case "cancel":
		return f.status == "cancelled", f.until
	}
	return false, 0
}

// look reads who has the seats, in PostgreSQL and in one statement: the truth. With
// what it says of a booking it says so of all its seats.
func (c *Crowd) look(ctx context.Context, client int) error {
	const query = `SELECT s.seat_id, b.id::text, b.status, b.expires_at FROM booking_seats s JOIN bookings b ON b.id = s.booking_id
		WHERE s.showtime_id = $1 AND b.status IN ('pending', 'confirmed')`
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	call := time.Now().UnixNano()
	rows, err := c.DB.Query(ctx, query, string(c.Show))
	if err != nil {
		return err
	}
	said := each(c.Seats, seatAnswer{told: isFree})
	owned := map[string][]string{}
	for rows.Next() {
		var seat, id, status string
		var until time.Time
		if err := rows.Scan(&seat, &id, &status, &until); err != nil {
			return err
		}
		a := seatAnswer{told: keeps, booking: id, until: until.UnixNano()}
		if status == "confirmed" {
			a.told = isSold
		}
		if said[seat].booking != "" {
			a.told = twoOwn
		}
		said[seat] = a
		owned[id] = append(owned[id], seat)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	at := time.Now().UnixNano()
	for _, seat := range c.Seats {
		a := said[seat]
		a.at = at
		c.note(client, seatCall{seat, "read", ""}, a, call, at)
	}
	c.allOrNone(owned)
	c.calls.Add(1)
	c.count("read")
	return nil
}

// allOrNone complains of a live booking that has not all of the seats it was made with.
func (c *Crowd) allOrNone(owned map[string][]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, now := range owned {
		all, told := c.seats[id]
		if told && !slices.Equal(sorted(now), all) {
			c.complaints = append(c.complaints, fmt.Sprintf("booking %s was made with %v and has %v", id, all, now))
		}
	}
}

// watch waits, beside the buyer's next steps, until the gatekeeper has let go of a
// booking that ends: from then on nobody may be turned away because of it.
func (c *Crowd) watch(ctx context.Context, h *held) {
	if c.Locks == nil {
		return
	}
	c.watching.Go(func() {
		ids := make([]booking.SeatID, len(h.seats))
		for i, seat := range h.seats {
			ids[i] = booking.SeatID(seat)
		}
		call := time.Now().UnixNano()
		for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); pause(ctx, 10*time.Millisecond) {
			gone, err := c.unlocked(ctx, ids, booking.ID(h.id))
			if err != nil {
				c.complain("looking at the locks: %v", err)
				return
			}
			if gone {
				at := time.Now().UnixNano()
				for _, seat := range h.seats {
					c.note(0, seatCall{seat, "unlock", h.id}, seatAnswer{told: unlocked, booking: h.id, at: at}, call, at)
				}
				c.count("unlocked")
				return
			}
		}
		c.complain("the seats of %s are never unlocked", h.id)
	})
}

// unlocked reports whether a booking has no lock: all that are locked are others'.
func (c *Crowd) unlocked(ctx context.Context, ids []booking.SeatID, id booking.ID) (bool, error) {
	all, err := c.Locks.Taken(ctx, c.Show, ids, "")
	if err != nil {
		return false, err
	}
	others, err := c.Locks.Taken(ctx, c.Show, ids, id)
	return len(all) == len(others), err
}

func sorted(seats []string) []string {
	out := slices.Clone(seats)
	slices.Sort(out)
	return out
}
