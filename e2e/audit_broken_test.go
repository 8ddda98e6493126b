package e2e_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"

	"holdfast/api/openapi"
	"holdfast/internal/audit"
	"holdfast/internal/booking"
	"holdfast/internal/config"
)

// wreck breaks one thing of a house by hand, and knows what is to be named for it.
type wreck struct {
	name  string
	wreck func() (want []string)
}

// hands are what a house is broken with.
type hands struct {
	*house
	exec func(sql string, args ...any)
	who  *browser
	n    int // of showtimes
}

// another is a showtime of its own, so that what is broken in it shows there only.
func (h *hands) another() booking.ShowtimeID {
	h.t.Helper()
	h.n++
	id := booking.ShowtimeID(uuid.NewString())
	h.addShowtime(id, time.Now().Add(time.Duration(24+h.n)*time.Hour))
	return id
}

// held and sold are a showtime with one such booking of the seats; sold ones are paid
// in full, so that nothing is on its way any more.
func (h *hands) held(seats ...string) (booking.ShowtimeID, openapi.Booking) {
	show := h.another()
	return show, h.who.mustBook(show, seats...)
}

func (h *hands) sold(seats ...string) (booking.ShowtimeID, openapi.Booking) {
	show := h.another()
	b := h.who.mustPay(show, seats...)
	eventually(h.t, "the money is taken", func() bool { return h.who.get(b.Id).Payment.Status == openapi.Captured })
	return show, b
}

// charge takes money at the bank, which nobody here knows of.
func (h *hands) charge(id booking.ID) {
	h.t.Helper()
	ctx := context.Background()
	c := booking.Charge{ID: uuid.NewString(), BookingID: id, Amount: booking.Money{Minor: 1500, Currency: "USD"}, Token: "tok_ok"}
	_, err := h.bank.client.Create(ctx, c)
	require.NoError(h.t, err)
	_, err = h.bank.client.Confirm(ctx, c)
	require.NoError(h.t, err)
	_, err = h.bank.client.Capture(ctx, c)
	require.NoError(h.t, err)
}

// mapsOf are the documents of the read model.
func (h *house) mapsOf() *mongo.Collection {
	h.t.Helper()
	cs, err := connstring.ParseAndValidate(h.cfg.MongoURL)
	require.NoError(h.t, err)
	c, err := mongo.Connect(options.Client().ApplyURI(h.cfg.MongoURL))
	require.NoError(h.t, err)
	h.t.Cleanup(func() { require.NoError(h.t, c.Disconnect(context.Background())) })
	return c.Database(cs.Database).Collection("maps")
}

// Each statement is broken by hand, in more than one way, and the audit names what
// was broken and what follows from it: exactly that.
func TestAuditNamesWhatIsBroken(t *testing.T) {
	t.Parallel()
	house := open(t, holdFor(20*time.Minute), func(c *config.Config) { c.MaxHolds = 100 })
	pool := house.db()
	h := &hands{house: house, who: house.guest(), exec: func(sql string, args ...any) {
		t.Helper()
		_, err := pool.Exec(t.Context(), sql, args...)
		require.NoError(t, err, "%s", sql)
	}}
	wrecks := h.prepare()
	r, err := h.audit(30 * time.Second)
	require.NoError(t, err, "it is sound before: %+v", r.Violations)
	h.bank.api.Store(nil) // nobody hears of the money that is taken from here on

	known := names(r)
	for _, w := range wrecks {
		want := w.wreck()
		r, err := h.audit(2 * time.Second)
		require.Error(t, err, w.name)
		for _, v := range r.Violations {
			require.NotEmpty(t, v.Do, "%+v", v)
		}
		got := slices.DeleteFunc(names(r), func(n string) bool { return slices.Contains(known, n) })
		assert.ElementsMatch(t, want, got, "%s: %+v", w.name, r.Violations)
		known = names(r)
	}
	out, err := h.command("audit", "--settled", "0s", "--late", "1s")
	require.Error(t, err)
	for i := range audit.Statements {
		require.Regexp(t, `(?m)^`+string(rune('1'+i))+`\. .* BROKEN in \d+ places`, out)
	}
	require.Contains(t, out, "docs/operations.md says what to do about each")
	require.Contains(t, out, "a booking's money was taken more than once")
	out, err = h.command("audit", "--no-books", "--late", "1s")
	require.Error(t, err)
	require.Contains(t, out, "a confirmed booking is not paid exactly once")
	require.NotContains(t, out, "a booking's money was taken more than once")
}

// prepare makes the bookings that the wrecks are about.
func (h *hands) prepare() []wreck {
	const (
		lockOfNobody = "a lock belongs to no live booking"
		mapIsWrong   = "the seat map is wrong"
		noCharge     = "money was taken that is in no booking"
	)
	ctx := context.Background()
	_, lateBooking := h.held("A1")
	_, unkept := h.held("A1")
	seatless, seatlessBooking := h.held("A1", "A2")
	otherLock, otherLockBooking := h.held("A1")
	partly, partlyBooking := h.held("A1", "A2")
	oddShow, odd := h.held("A1")
	_, dear := h.sold("A1")
	_, unpaid := h.sold("A1")
	_, twice := h.sold("A1")
	_, entered := h.sold("A1")
	_, noted := h.sold("A1")
	wrongMap, _ := h.sold("A1")
	gap := h.another()
	_, refunded := h.sold("A1")
	require.Equal(h.t, 200, h.who.do("DELETE", "/v1/bookings/"+refunded.Id, "", nil).status)
	eventually(h.t, "the refund is noted", func() bool { return h.who.get(refunded.Id).Payment.Status == openapi.Refunded })
	double := h.another()
	h.who.mustBook(double, "B1")
	second := h.who.mustBook(double, "B2")
	nobody, tomb := uuid.NewString(), uuid.NewString()
	maps := h.mapsOf()

	return []wreck{
		{"a hold whose deadline is past", func() []string {
			h.exec(`UPDATE bookings SET expires_at = now() - interval '1 hour' WHERE id = $1`, lateBooking.Id)
			return []string{named(3, "a hold is past its deadline", lateBooking.Id)}
		}},
		{"a lock of nobody", func() []string {
			taken, err := h.locks.Acquire(ctx, h.show, []booking.SeatID{"D1"}, booking.ID(nobody), time.Hour)
			require.NoError(h.t, err)
			require.Empty(h.t, taken)
			return []string{named(3, lockOfNobody, nobody, "D1")}
		}},
		{"a lock that names another owner", func() []string {
			seats := []booking.SeatID{"A1"}
			require.NoError(h.t, h.locks.Release(ctx, otherLock, seats, booking.ID(otherLockBooking.Id)))
			_, err := h.locks.Acquire(ctx, otherLock, seats, booking.ID(nobody), time.Hour)
			require.NoError(h.t, err)
			return []string{named(8, "a lock names another owner than PostgreSQL", nobody, "A1")}
		}},
		{"a workflow that was terminated", func() []string {
			require.NoError(h.t, h.temporal().TerminateWorkflow(ctx, "booking/"+unkept.Id, "", "by hand"))
			return []string{named(5, "a pending booking has no workflow that runs", unkept.Id)}
		}},
		{"seats that were deleted", func() []string {
			h.exec(`DELETE FROM booking_seats WHERE booking_id = $1`, seatlessBooking.Id)
			return []string{
				named(2, "a booking has none of its seats", seatlessBooking.Id), named(2, "the count of available seats is wrong", string(seatless)),
				named(3, lockOfNobody, seatlessBooking.Id, "A1"), named(3, lockOfNobody, seatlessBooking.Id, "A2"), named(6, mapIsWrong, string(seatless), "A1"),
			}
		}},
		{"one seat of two that was deleted", func() []string {
			h.exec(`DELETE FROM booking_seats WHERE booking_id = $1 AND seat_id = 'A2'`, partlyBooking.Id)
			return []string{
				named(2, "the total of a booking is not the sum of its seats", partlyBooking.Id),
				named(2, "the count of available seats is wrong", string(partly)),
				named(3, lockOfNobody, partlyBooking.Id, "A2"), named(6, mapIsWrong, string(partly), "A2"),
			}
		}},
		{"a seat with a status of its own", func() []string {
			h.exec(`ALTER TABLE booking_seats DROP CONSTRAINT booking_seats_booking_id_status_fkey`)
			h.exec(`UPDATE booking_seats SET status = 'confirmed' WHERE booking_id = $1`, odd.Id)
			return []string{
				named(2, "a seat has another status or showtime than its booking", odd.Id, "A1"), named(6, mapIsWrong, string(oddShow), "A1"),
			}
		}},
		{"a total that is not the sum", func() []string {
			h.exec(`UPDATE bookings SET total_minor = total_minor + 1 WHERE id = $1`, dear.Id)
			return []string{
				named(2, "the total of a booking is not the sum of its seats", dear.Id),
				named(4, "a confirmed booking was paid with another amount than its total", dear.Id),
			}
		}},
		{"an attempt that was given up, with a seat", func() []string {
			h.exec(`INSERT INTO bookings (id, user_id, showtime_id, status, reason, currency, total_minor, fingerprint, created_at, expires_at)
				VALUES ($1, 'nobody', $2, 'cancelled', 'unsettled', 'USD', 1500, '', now(), now())`, tomb, string(h.show))
			h.exec(`INSERT INTO booking_seats VALUES ($1, $2, 'E1', 'cancelled', 'E', 1, 41, 'standard', 1500)`, tomb, string(h.show))
			return []string{
				named(2, "an attempt that was given up has seats", tomb, "E1"), named(7, "the history does not have how the booking stands", tomb),
			}
		}},
		{"money of no booking", func() []string {
			h.charge(booking.ID(nobody))
			return []string{named(4, noCharge, nobody)}
		}},
		{"a payment that was forgotten", func() []string {
			h.exec(`UPDATE payments SET status = 'voided' WHERE booking_id = $1`, unpaid.Id)
			return []string{
				named(4, "a confirmed booking is not paid exactly once", unpaid.Id), named(4, "more money is here than belongs here", unpaid.Id),
			}
		}},
		{"a refund that is not made", func() []string {
			h.exec(`UPDATE payments SET status = 'refund_due', updated_at = now() - interval '1 hour' WHERE booking_id = $1`, refunded.Id)
			return []string{
				named(4, "money has been about to move for too long", refunded.Id), named(4, "money moved, and was not noted", refunded.Id),
			}
		}},
		{"a second charge that was captured", func() []string {
			h.charge(booking.ID(twice.Id))
			return []string{named(4, noCharge, twice.Id), named(7, "a booking's money was taken more than once", twice.Id)}
		}},
		{"a decision that was noted twice", func() []string {
			h.exec(`INSERT INTO booking_history (booking_id, at, type, data) SELECT booking_id, at, type, data FROM booking_history
				WHERE booking_id = $1 AND type IN ('booking.confirmed', 'payment.captured')`, noted.Id)
			return []string{
				named(6, "the version of a showtime is not the number of its changes", noted.ShowtimeId),
				named(7, "the history has something twice", noted.Id), named(7, "the history has something twice", noted.Id),
			}
		}},
		{"somebody who came in and was not noted", func() []string {
			h.exec(`INSERT INTO checkins (booking_id, usher, seats) VALUES ($1, 'eve', '{A1}')`, entered.Id)
			return []string{named(7, "check-ins and history do not agree", entered.Id)}
		}},
		{"a wrong status in MongoDB", func() []string {
			var doc struct {
				State struct {
					Statuses string `bson:"statuses"`
				} `bson:"state"`
			}
			filter := bson.D{{Key: "_id", Value: string(wrongMap)}}
			require.NoError(h.t, maps.FindOne(ctx, filter).Decode(&doc))
			require.Equal(h.t, "s", doc.State.Statuses[:1])
			_, err := maps.UpdateOne(ctx, filter, bson.D{{Key: "$set", Value: bson.D{{Key: "state.statuses", Value: "a" + doc.State.Statuses[1:]}}}})
			require.NoError(h.t, err)
			return []string{named(6, mapIsWrong, string(wrongMap), "A1")}
		}},
		{"a version that was left out", func() []string {
			h.exec(`UPDATE showtime_state SET version = version + 1 WHERE showtime_id = $1`, string(gap))
			return []string{
				named(6, "the version of a showtime is not the number of its changes", string(gap)), named(6, "the seat map does not follow", string(gap)),
			}
		}},
		{"the index of payments", func() []string {
			h.exec(`DROP INDEX one_live_payment`)
			return []string{named(7, "the unique index one_live_payment is not as it should be", "")}
		}},
		{"two owners of a seat, without the index", func() []string {
			h.exec(`DROP INDEX one_live_owner`)
			h.exec(`UPDATE booking_seats SET seat_id = 'B1' WHERE booking_id = $1`, second.Id)
			return []string{
				named(1, "the unique index one_live_owner is not as it should be", ""), named(1, "a seat has more than one live owner", string(double), "B1"),
				named(3, lockOfNobody, second.Id, "B2"), named(6, mapIsWrong, string(double)),
			}
		}},
	}
}
