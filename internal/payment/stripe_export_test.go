package payment

// What the tests of Stripe's adapter, which stand outside of the package, see of it.
var (
	ToStripe     = toStripe
	FromStripe   = fromStripe
	StripeReason = stripeReason
)

const (
	GenericDecline   = genericDecline
	StripeUnknown    = codeUnknownCard
	StripeDeclinedAs = metaDeclined
)

// SetPage makes pages of lists small, so that there is more than one of them.
func (s *Stripe) SetPage(charges int64) { s.page = charges }
