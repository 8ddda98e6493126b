package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// median is the middle value; of an even number, the mean of the two in the middle.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// quantile is the smallest of the values that at least this share of them does not
// exceed (nearest rank).
func quantile(values []time.Duration, share float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := int(math.Ceil(share * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// ratio is the subject in units of its baseline; NaN where there is nothing to divide by.
func ratio(subject, baseline float64) float64 {
	if baseline == 0 {
		return math.NaN()
	}
	return subject / baseline
}

// target is where a ratio should be, or, with a unit, the subject itself.
type target struct {
	limit   float64
	atLeast bool // else at most
	unit    string
}

func atLeast(limit float64) target               { return target{limit, true, ""} }
func atMost(limit float64) target                { return target{limit, false, ""} }
func atMostOf(limit float64, unit string) target { return target{limit, false, unit} }

// met says whether the ratio, or the subject, is where it should be, or at most this
// factor away from it. What is not a number is not.
func (t target) met(subject, ratio, margin float64) bool {
	value := ratio
	if t.unit != "" {
		value = subject
	}
	if t.atLeast {
		return value >= t.limit/margin
	}
	return value <= t.limit*margin
}

func (t target) String() string {
	text := fmt.Sprintf("at most %g", t.limit)
	if t.atLeast {
		text = fmt.Sprintf("at least %g", t.limit)
	}
	return strings.TrimSpace(text + " " + t.unit)
}

// MarshalJSON writes it as people say it.
func (t target) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// figure is a number that may be none: JSON has no NaN.
type figure float64

// MarshalJSON writes four digits that count, or null.
func (f figure) MarshalJSON() ([]byte, error) {
	if v := float64(f); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return fmt.Appendf(nil, "%.4g", float64(f)), nil
}
