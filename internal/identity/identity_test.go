package identity_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"holdfast/internal/booking"
	"holdfast/internal/identity"
)

var secret = strings.Repeat("s", identity.MinSecret)

func tokens(t *testing.T) *identity.Tokens {
	t.Helper()
	made, err := identity.New(secret)
	require.NoError(t, err)
	return made
}

// claims are those of a good token; a test spoils what it is about.
func claims() jwt.MapClaims {
	now := time.Now()
	return jwt.MapClaims{"iss": "holdfast", "sub": "ada", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
}

func sign(t *testing.T, method jwt.SigningMethod, key any, c jwt.MapClaims) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, c).SignedString(key)
	require.NoError(t, err)
	return token
}

func TestWhoIsNamedIsVerified(t *testing.T) {
	for _, user := range []booking.UserID{"ada", "guest-5e0fe2a4", "oidc|google:1234"} {
		for _, role := range []identity.Role{"", identity.Usher} {
			caller := identity.Caller{User: user, Role: role}
			token, err := tokens(t).Issue(caller, time.Now(), time.Now().Add(time.Minute))
			require.NoError(t, err)
			// By another process with the same secret.
			got, err := tokens(t).Verify(token)
			require.NoError(t, err)
			require.Equal(t, caller, got)
		}
	}
}

// Whoever signs with the same secret may know roles that this program does not.
func TestAnUnknownRoleIsNotThatOfAnUsher(t *testing.T) {
	for role, ok := range map[any]bool{"manager": true, "Usher": true, 1: false, true: false} {
		c := claims()
		c["role"] = role
		caller, err := tokens(t).Verify(sign(t, jwt.SigningMethodHS256, []byte(secret), c))
		require.Equal(t, ok, err == nil, "%v", role)
		require.NotEqual(t, identity.Usher, caller.Role, "%v", role)
	}
}

func TestNobodyCanHaveThisName(t *testing.T) {
	for _, user := range []string{"", "a b", "x\n", "nul\x00", "\u202eada", strings.Repeat("a", 129)} {
		_, err := tokens(t).Issue(identity.Caller{User: booking.UserID(user)}, time.Now(), time.Now().Add(time.Minute))
		require.Error(t, err, "%q", user)
		c := claims()
		c["sub"] = user
		_, err = tokens(t).Verify(sign(t, jwt.SigningMethodHS256, []byte(secret), c))
		require.ErrorIs(t, err, identity.ErrBadToken, "%q", user)
	}
}

// The helpers of this test make tokens that are accepted, so that what is
// refused below is refused for its one fault.
func TestAGoodTokenFromElsewhereIsAccepted(t *testing.T) {
	caller, err := tokens(t).Verify(sign(t, jwt.SigningMethodHS256, []byte(secret), claims()))
	require.NoError(t, err)
	require.Equal(t, identity.Caller{User: "ada"}, caller)
}

func TestBadTokensAreRefused(t *testing.T) {
	key := []byte(secret)
	with := func(name string, value any) jwt.MapClaims {
		c := claims()
		if c[name] = value; value == nil {
			delete(c, name)
		}
		return c
	}
	good := sign(t, jwt.SigningMethodHS256, key, claims())
	parts := strings.Split(good, ".")
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	for name, token := range map[string]string{
		"nothing":               "",
		"no token":              "hello",
		"two parts":             parts[0] + "." + parts[1],
		"no signature":          parts[0] + "." + parts[1] + ".",
		"another signature":     parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 32)),
		"other claims":          parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"holdfast","sub":"bob","exp":9999999999}`)) + "." + parts[2],
		"another key":           sign(t, jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), claims()),
		"expired":               sign(t, jwt.SigningMethodHS256, key, with("exp", time.Now().Add(-time.Second).Unix())),
		"never expires":         sign(t, jwt.SigningMethodHS256, key, with("exp", nil)),
		"not valid yet":         sign(t, jwt.SigningMethodHS256, key, with("nbf", time.Now().Add(time.Hour).Unix())),
		"algorithm none":        sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, claims()),
		"another HMAC":          sign(t, jwt.SigningMethodHS512, key, claims()),
		"a public key's method": sign(t, jwt.SigningMethodES256, ec, claims()),
		"no user":               sign(t, jwt.SigningMethodHS256, key, with("sub", nil)),
		"an empty user":         sign(t, jwt.SigningMethodHS256, key, with("sub", "")),
		"a user that is a list": sign(t, jwt.SigningMethodHS256, key, with("sub", []string{"ada"})),
		"another issuer":        sign(t, jwt.SigningMethodHS256, key, with("iss", "somebody")),
		"no issuer":             sign(t, jwt.SigningMethodHS256, key, with("iss", nil)),
	} {
		t.Run(name, func(t *testing.T) {
			caller, err := tokens(t).Verify(token)
			require.ErrorIs(t, err, identity.ErrBadToken)
			require.Zero(t, caller)
			if token != "" {
				require.NotContains(t, err.Error(), token, "a token is not for the log")
			}
		})
	}
}

// The claims of a token that says "none", or that has a method of its own, must
// not get through with the signature left out either.
func TestTheHeaderDoesNotChooseTheMethod(t *testing.T) {
	payload := strings.Split(sign(t, jwt.SigningMethodHS256, []byte(secret), claims()), ".")[1]
	for _, header := range []string{`{"alg":"none"}`, `{"alg":"None"}`, `{"alg":"nOnE"}`, `{"alg":""}`, `{}`, `{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":""}}`} {
		_, err := tokens(t).Verify(base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + payload + ".")
		require.ErrorIs(t, err, identity.ErrBadToken, header)
	}
}

func TestShortSecretIsRefused(t *testing.T) {
	for _, short := range []string{"", "secret", secret[1:]} {
		_, err := identity.New(short)
		require.ErrorContains(t, err, "HOLDFAST_JWT_SECRET")
		if short != "" {
			require.NotContains(t, err.Error(), short)
		}
	}
}
