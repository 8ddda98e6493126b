package ticket

import (
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

// Whatever somebody holds before a door: a ticket that was signed, or a refusal.
func FuzzVerify(f *testing.F) {
	s := signer(f, 'a')
	good := sign(f, s, example(2))
	for _, seed := range []string{"", "..", good, good[:40], good + ".", "eyJhbGciOiJub25lIn0.e30.", "\x00", "eyJ0eXAiOm51bGx9.bnVsbA."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		read, err := s.Verify(token)
		if err != nil {
			require.Zero(t, read)
			require.True(t, err == ErrUnreadable || err == ErrUnknownKey || err == ErrForged, "%v", err) //nolint:errorlint // they are returned as they are
			return
		}
		require.Equal(t, good, token)
	})
}

// Claims that our own key has signed, such as by a program of another version, are
// refused, or are a ticket that is written and read as the same.
func FuzzClaims(f *testing.F) {
	s := signer(f, 'a')
	for _, seed := range []string{
		`{"b":"AZnjolt8fR6PkKGyw9Tl9g","s":"DZp8YT9Siy6cR15vepudDQ","t":1777640400,"p":"A1 A2","iat":1777554000}`,
		`{}`, `null`, `[]`, `{"b":"","p":" "}`, `{"t":1e300}`, `{"t":-1,"iat":"x"}`, `{"p":"A1  A2"}`, `{"exp":1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		signing := encode([]byte(`{"alg":"EdDSA","kid":"`+keyID(s.keys[0])+`","typ":"ticket+jwt"}`)) + "." + encode(payload)
		signature, err := jwt.SigningMethodEdDSA.Sign(signing, s.key)
		require.NoError(t, err)
		read, err := s.Verify(signing + "." + encode(signature))
		if err != nil {
			return
		}
		again, err := s.Verify(sign(t, s, read))
		require.NoError(t, err)
		require.Equal(t, read, again)
	})
}

// FuzzParseKeys: whatever a door is given as the keys of the house: keys that are taken
// are written as the house writes them, and read the same.
func FuzzParseKeys(f *testing.F) {
	for _, seed := range []string{
		`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`, `{"keys":[{"kty":"RSA","n":"AQAB"}]}`,
		`{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]}`, `{"keys":null}`, `{"keys":{}}`, `null`, ``, "\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := ParseKeys(data)
		if err != nil {
			require.ErrorIs(t, err, ErrKeySet)
			require.Empty(t, keys)
			return
		}
		require.NotEmpty(t, keys)
		written, err := encodeKeys(keys)
		require.NoError(t, err)
		again, err := ParseKeys(written)
		require.NoError(t, err)
		require.Equal(t, keys, again)
	})
}
