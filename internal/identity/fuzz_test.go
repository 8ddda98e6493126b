package identity_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"holdfast/internal/identity"
)

// requireCaller: a token names somebody who can be a user, and to whom a token can be
// given that names the same; or it is refused, and names nobody.
func requireCaller(t *testing.T, token string) {
	t.Helper()
	made, err := identity.New(secret)
	require.NoError(t, err)
	caller, err := made.Verify(token)
	if err != nil {
		require.ErrorIs(t, err, identity.ErrBadToken)
		require.Zero(t, caller)
		return
	}
	require.NotEmpty(t, caller.User)
	again, err := made.Issue(caller, time.Now(), time.Now().Add(time.Hour))
	require.NoError(t, err)
	same, err := made.Verify(again)
	require.NoError(t, err)
	require.Equal(t, caller, same)
}

// FuzzVerify: whatever somebody sends as a token.
func FuzzVerify(f *testing.F) {
	good, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"iss": "holdfast", "sub": "ada", "exp": 4_000_000_000}).SignedString([]byte(secret))
	require.NoError(f, err)
	for _, seed := range []string{"", "..", good, good[:40], good + ".", "eyJhbGciOiJub25lIn0.e30.", "\x00", "eyJhbGciOm51bGx9.bnVsbA."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) { requireCaller(t, token) })
}

// FuzzClaims: whatever else holds the secret may sign.
func FuzzClaims(f *testing.F) {
	for _, seed := range []string{
		`{"iss":"holdfast","sub":"ada","exp":4000000000}`, `{"iss":"holdfast","sub":"ada","exp":4e9,"role":"usher"}`, `{}`, `null`, `[]`,
		`{"iss":"holdfast","sub":"","exp":4000000000}`, `{"iss":"holdfast","sub":"\u0000","exp":4000000000}`, `{"iss":"holdfast","sub":"ada"}`,
		`{"iss":"holdfast","sub":"ada","exp":1e300}`, `{"iss":"holdfast","sub":"ada","exp":4000000000,"role":"\ud800"}`, `{"iss":["holdfast"],"sub":1,"exp":"x"}`,
	} {
		f.Add([]byte(seed))
	}
	encode := base64.RawURLEncoding.EncodeToString
	f.Fuzz(func(t *testing.T, payload []byte) {
		signing := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(payload)
		signature, err := jwt.SigningMethodHS256.Sign(signing, []byte(secret))
		require.NoError(t, err)
		requireCaller(t, signing+"."+encode(signature))
	})
}
