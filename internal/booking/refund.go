package booking

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

// RefundPolicy says how much of a paid booking is given back when its owner
// cancels it, by the time that is left until the showtime. The zero value gives
// everything back until the showtime starts.
//
// It is written as steps of time and percentage: "48h=100,24h=50" gives all until
// two days before, half until a day before, and nothing later.
type RefundPolicy struct {
	steps []refundStep // the longest time first
}

type refundStep struct {
	before  time.Duration
	percent int64
}

// ParseRefundPolicy reads the written form; empty is the zero policy.
func ParseRefundPolicy(text string) (RefundPolicy, error) {
	var p RefundPolicy
	if text == "" {
		return p, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		before, percent, found := strings.Cut(strings.TrimSpace(part), "=")
		d, err := time.ParseDuration(before)
		n, err2 := strconv.ParseInt(percent, 10, 64)
		if !found || err != nil || err2 != nil || d < 0 || n < 0 || n > 100 {
			return RefundPolicy{}, fmt.Errorf("%q is not a time before the showtime and a percentage, such as 24h=50", part)
		}
		if slices.ContainsFunc(p.steps, func(s refundStep) bool { return s.before == d }) {
			return RefundPolicy{}, fmt.Errorf("%s is there twice", before)
		}
		p.steps = append(p.steps, refundStep{d, n})
	}
	slices.SortFunc(p.steps, func(a, b refundStep) int { return cmp.Compare(b.before, a.before) })
	return p, nil
}

// Refund is what is given back of paid when left remains until the showtime, in
// whole minor units, rounded down; in currencies with three digits to what providers
// can move, which is two. Once the showtime has begun it is nothing.
func (p RefundPolicy) Refund(paid Money, left time.Duration) Money {
	refund := Money{Currency: paid.Currency}
	if left <= 0 {
		return refund
	}
	if len(p.steps) == 0 {
		return paid
	}
	for _, s := range p.steps {
		if left >= s.before {
			share := new(big.Int).Mul(big.NewInt(paid.Minor), big.NewInt(s.percent))
			refund.Minor = share.Quo(share, big.NewInt(100)).Int64()
			if exponent(refund.Currency) == 3 {
				refund.Minor -= refund.Minor % 10
			}
			return refund
		}
	}
	return refund
}
