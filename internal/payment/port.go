// Package payment holds the payment providers: one port, and behind it the
// sandbox that comes with the engine, Stripe and Razorpay. The contract that each
// of them keeps is a test suite, paymenttest.
package payment

import (
	"context"
	"net/http"
	"time"

	"holdfast/internal/booking"
)

// Provider moves money. Money is promised first (Create, Confirm), taken only
// after the booking is confirmed (Capture), and otherwise given up (Cancel) or
// given back (Refund).
//
// Every method is idempotent by the id of the charge (and of the refund): asked
// again, also after an answer was lost, also from another process, it has no
// second effect and gives the same answer, or that of a later state. An error
// says that nobody knows whether it was done; asking again finds out. What a
// provider refuses is a state, not an error, except for booking.ErrUncollectable.
type Provider interface {
	// Create makes the charge known to the provider. Nothing is promised yet: the
	// state is ChargeOpen. A charge that exists is answered as it stands.
	Create(ctx context.Context, c booking.Charge) (booking.Authorization, error)
	// Confirm asks for the promise of the money, with the customer's token, or goes
	// on with an open charge with the customer's answer in place of the token. The
	// answer may be empty: the customer came back, and the provider knows more.
	Confirm(ctx context.Context, c booking.Charge) (booking.Authorization, error)
	// Capture takes the promised money, all of it. booking.ErrUncollectable says
	// that the promise is void: the money can never be taken.
	Capture(ctx context.Context, c booking.Charge) (booking.Authorization, error)
	// Cancel gives the charge up, also one that was never made: it can then never
	// be made. A charge that cannot be given up, because its money was taken or is
	// on its way, is answered as it stands.
	Cancel(ctx context.Context, c booking.Charge) (booking.Authorization, error)
	// Refund gives amount of the captured money back, once for each id.
	Refund(ctx context.Context, c booking.Charge, id string, amount booking.Money) (booking.Authorization, error)
	// LookUp says how the charge stands; ChargeUnknown where there is none.
	LookUp(ctx context.Context, c booking.Charge) (booking.Authorization, error)
	// Ledger visits the charges made since then, oldest or newest first, until the
	// end or an error of visit.
	Ledger(ctx context.Context, since time.Time, visit func(booking.LedgerEntry) error) error
	// Webhook reads a message of the provider. booking.ErrForged says that it is
	// not the provider's, or older (or newer) than MaxMessageAge.
	Webhook(header http.Header, body []byte, now time.Time) (booking.ChargeNews, error)
}

// MaxMessageAge is how far the time of a signed message may be from now, in
// either direction: the tolerance that Stripe recommends, for all providers.
const MaxMessageAge = 300 * time.Second
