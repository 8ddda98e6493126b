package ticket

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"holdfast/internal/booking"
)

// seedOf is the private key of a test, the same in every run.
func seedOf(b byte) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(string(rune(b)), ed25519.SeedSize)))
}

func signer(t testing.TB, key byte, old ...string) *Signer {
	t.Helper()
	s, err := NewSigner(seedOf(key), old)
	require.NoError(t, err)
	return s
}

func publicOf(s *Signer) string { return base64.StdEncoding.EncodeToString(s.keys[0]) }

func drawTicket(t *rapid.T) Ticket {
	id := func(name string) string {
		return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, name)).String()
	}
	at := func(name string) time.Time {
		return time.Unix(rapid.Int64Range(minTime, maxTime).Draw(t, name), 0).UTC()
	}
	seats := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Za-z0-9-]{1,16}`), 1, 40, rapid.ID).Draw(t, "seats")
	made := Ticket{BookingID: booking.ID(id("booking")), ShowtimeID: booking.ShowtimeID(id("showtime")), StartsAt: at("start"), IssuedAt: at("issued")}
	for _, s := range seats {
		made.Seats = append(made.Seats, booking.SeatID(s))
	}
	return made
}

// example is a ticket of a hall of 30 seats in a row.
func example(seats int) Ticket {
	made := Ticket{
		BookingID: "0199e3a2-5b7c-7d1e-8f90-a1b2c3d4e5f6", ShowtimeID: "0d9a7c61-3f52-8b1e-9c47-5e6f7a8b9c0d",
		StartsAt: time.Unix(1777640400, 0).UTC(), IssuedAt: time.Unix(1777554000, 0).UTC(),
	}
	for n := range seats {
		made.Seats = append(made.Seats, booking.SeatID(fmt.Sprint(string(rune('A'+n/30)), n%30+1)))
	}
	return made
}

func sign(t testing.TB, s *Signer, made Ticket) string {
	t.Helper()
	token, err := s.Sign(made)
	require.NoError(t, err)
	return token
}

// What is signed is read, by whoever has the public keys and nothing else.
func TestRoundTrip(t *testing.T) {
	s := signer(t, 'a')
	set, err := s.KeySet()
	require.NoError(t, err)
	keys, err := ParseKeys(set)
	require.NoError(t, err)
	door := NewVerifier(keys...)
	rapid.Check(t, func(rt *rapid.T) {
		made := drawTicket(rt)
		token := sign(t, s, made)
		read, err := door.Verify(token)
		if err != nil {
			rt.Fatal(err)
		}
		require.Equal(rt, made, read)
	})
}

// A token has one form: whatever is changed, added or left out makes it worth nothing.
func TestEveryChangedByteIsRefused(t *testing.T) {
	s := signer(t, 'a')
	token := sign(t, s, example(3))
	refused := func(changed string) {
		t.Helper()
		read, err := s.Verify(changed)
		require.Error(t, err, "%q", changed)
		require.Zero(t, read)
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := range len(token) {
		for bit := range 8 {
			refused(token[:i] + string([]byte{token[i] ^ 1<<bit}) + token[i+1:])
		}
		for _, c := range []string{"", token[i:i+1] + "\n", token[i:i+1] + "=", "." + token[i:i+1]} {
			refused(token[:i] + c + token[i+1:])
		}
	}
	for _, c := range alphabet { // the spare bits of base64
		if last := token[len(token)-1]; byte(c) != last {
			refused(token[:len(token)-1] + string(c))
		}
		refused(token + string(c))
	}
}

// What somebody else has signed, or signed as something else.
func TestForgeries(t *testing.T) {
	ours, theirs := signer(t, 'a'), signer(t, 'b')
	good, err := example(2).pack()
	require.NoError(t, err)
	made := func(method jwt.SigningMethod, key any, header map[string]any) string {
		token := jwt.NewWithClaims(method, good)
		for k, v := range header {
			token.Header[k] = v
		}
		text, err := token.SignedString(key)
		require.NoError(t, err)
		return text
	}
	kid := keyID(ours.keys[0])
	as := func(typ, kid any) map[string]any { return map[string]any{"typ": typ, "kid": kid} }
	_, err = ours.Verify(made(jwt.SigningMethodEdDSA, ours.key, as(tokenType, kid)))
	require.NoError(t, err, "what is refused below is refused for its one fault")
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"nothing":             {"", ErrUnreadable},
		"words":               {"let me in", ErrUnreadable},
		"much":                {strings.Repeat("A", maxToken+1), ErrUnreadable},
		"another house":       {sign(t, theirs, example(2)), ErrUnknownKey},
		"our name, their key": {made(jwt.SigningMethodEdDSA, theirs.key, as(tokenType, kid)), ErrForged},
		"no key named":        {made(jwt.SigningMethodEdDSA, ours.key, as(tokenType, nil)), ErrUnknownKey},
		"a key that is a list": {
			made(jwt.SigningMethodEdDSA, ours.key, as(tokenType, []string{kid})), ErrUnknownKey,
		},
		"another type":               {made(jwt.SigningMethodEdDSA, ours.key, as("JWT", kid)), ErrUnreadable},
		"no type":                    {made(jwt.SigningMethodEdDSA, ours.key, as(nil, kid)), ErrUnreadable},
		"algorithm none":             {made(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, as(tokenType, kid)), ErrForged},
		"the public key as a secret": {made(jwt.SigningMethodHS256, []byte(ours.keys[0]), as(tokenType, kid)), ErrForged},
		"the token of a user":        {made(jwt.SigningMethodHS256, []byte("secret"), nil), ErrUnreadable},
		"a key of its own in its header": {
			made(jwt.SigningMethodEdDSA, theirs.key, map[string]any{"typ": tokenType, "kid": keyID(theirs.keys[0]), "jwk": jwk{Kty: "OKP", Crv: "Ed25519"}}), ErrUnknownKey,
		},
	} {
		_, err := ours.Verify(c.token)
		require.ErrorIs(t, err, c.want, name)
	}
}

// A key is replaced: tickets of the old one are good while it is listed.
func TestAnotherKey(t *testing.T) {
	before := signer(t, 'a')
	token := sign(t, before, example(2))
	after := signer(t, 'b', publicOf(before), publicOf(before))
	read, err := after.Verify(token)
	require.NoError(t, err)
	require.Equal(t, example(2), read)
	require.Len(t, after.keys, 2, "each once")
	_, err = before.Verify(sign(t, after, example(2)))
	require.ErrorIs(t, err, ErrUnknownKey, "the new one signs")
	_, err = signer(t, 'b').Verify(token)
	require.ErrorIs(t, err, ErrUnknownKey, "the old one is not listed any more")
}

func TestWhatCannotBeReadIsNotSigned(t *testing.T) {
	s := signer(t, 'a')
	for name, spoil := range map[string]func(*Ticket){
		"no booking":     func(t *Ticket) { t.BookingID = "" },
		"no showtime":    func(t *Ticket) { t.ShowtimeID = "1" },
		"no seats":       func(t *Ticket) { t.Seats = nil },
		"an empty seat":  func(t *Ticket) { t.Seats = []booking.SeatID{"A1", ""} },
		"a seat twice":   func(t *Ticket) { t.Seats = []booking.SeatID{"A1", "A1"} },
		"two in one":     func(t *Ticket) { t.Seats = []booking.SeatID{"A1 A2"} },
		"no time at all": func(t *Ticket) { t.StartsAt = time.Time{} },
	} {
		made := example(2)
		spoil(&made)
		_, err := s.Sign(made)
		require.Error(t, err, name)
	}
}

func TestKeys(t *testing.T) {
	made, err := NewKey()
	require.NoError(t, err)
	key, err := ParsePrivateKey(" " + made + "\n")
	require.NoError(t, err)
	bare, err := ParsePrivateKey(base64.RawURLEncoding.EncodeToString(key.Seed()))
	require.NoError(t, err)
	require.Equal(t, key, bare)
	for _, bad := range []string{"", "secret", made[4:], publicOf(signer(t, 'a')) + "AAAA"} {
		_, err := ParsePrivateKey(bad)
		require.ErrorIs(t, err, ErrPrivateKey, bad)
		_, err = NewSigner(bad, nil)
		require.ErrorIs(t, err, ErrPrivateKey, bad)
		_, err = NewSigner(made, []string{bad})
		require.ErrorIs(t, err, ErrPublicKey, bad)
	}
	for _, bad := range []string{
		"", "{}", "[]", `{"keys":[]}`, `{"keys":[{"kty":"RSA"}]}`, `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]}`, "not JSON",
	} {
		_, err := ParseKeys([]byte(bad))
		require.ErrorIs(t, err, ErrKeySet, bad)
	}
}

// The name of a key is the beginning of its thumbprint: that of RFC 8037, A.3, is
// kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k.
func TestKeyID(t *testing.T) {
	key, err := ParsePublicKey("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
	require.NoError(t, err)
	require.Equal(t, "kPrK_qmxVW", keyID(key)[:10])
}
