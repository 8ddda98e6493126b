package payment

// What the tests of Razorpay's adapter, which stand outside of the package, see of it.
var RazorpayReason = razorpayReason

// SetPage makes pages of lists small, so that there is more than one of them.
func (r *Razorpay) SetPage(orders int) { r.page = orders }
