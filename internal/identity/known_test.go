package identity_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"holdfast/internal/identity"
)

// A token that was verified is good until it expires, and not a moment longer.
func TestATokenThatIsKnownExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		by := tokens(t)
		token, err := by.Issue(identity.Caller{User: "ada"}, time.Now(), time.Now().Add(time.Minute))
		require.NoError(t, err)
		for range 60 {
			caller, err := by.Verify(token)
			require.NoError(t, err)
			require.Equal(t, identity.Caller{User: "ada"}, caller)
			time.Sleep(time.Second)
		}
		_, err = by.Verify(token)
		require.ErrorIs(t, err, identity.ErrBadToken)
	})
}

// One that is not good yet is asked for that each time.
func TestATokenThatIsNotGoodYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		by := tokens(t)
		c := claims()
		c["nbf"] = time.Now().Add(time.Minute).Unix()
		token := sign(t, jwt.SigningMethodHS256, []byte(secret), c)
		_, err := by.Verify(token)
		require.ErrorIs(t, err, identity.ErrBadToken)
		time.Sleep(time.Minute)
		for range 2 {
			_, err = by.Verify(token)
			require.NoError(t, err)
		}
	})
}

// Knowing a token makes no other one good, be it by a letter.
func TestKnowingATokenMakesNoOtherGood(t *testing.T) {
	by := tokens(t)
	token, err := by.Issue(identity.Caller{User: "ada"}, time.Now(), time.Now().Add(time.Minute))
	require.NoError(t, err)
	_, err = by.Verify(token)
	require.NoError(t, err)
	for i := range len(token) - 1 { // in the last letter some bits mean nothing
		for _, spoilt := range []string{token[:i], token[:i] + token[i+1:], token[:i] + string(token[i]^1) + token[i+1:]} {
			_, err := by.Verify(spoilt)
			require.ErrorIs(t, err, identity.ErrBadToken, "%d", i)
		}
	}
}
