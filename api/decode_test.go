package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// A null is not the same as nothing.
func TestNullIsRefused(t *testing.T) {
	for _, body := range []string{`null`, `{"answer":null}`} {
		_, err := decoded[openapi.PaymentAnswer](t, []byte(body))
		r, ok := booking.Refused(err)
		require.True(t, ok, "%s: %v", body, err)
		require.Equal(t, booking.CodeInvalidRequest, r.Code)
	}
	for _, body := range []string{`{"ticket":"x","seats":null}`, `{"ticket":"x","seats":["A1",null]}`} {
		_, err := decoded[openapi.NewCheckin](t, []byte(body))
		require.Error(t, err, "%s", body)
	}
	answer, err := decoded[openapi.PaymentAnswer](t, []byte(`{"answer":"null"}`))
	require.NoError(t, err)
	require.Equal(t, "null", *answer.Answer)
}
