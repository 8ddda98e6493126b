// Package identity issues and verifies the tokens by which callers are known:
// JWTs signed with HMAC-SHA-256 (RFC 7519, RFC 7515).
package identity

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"holdfast/internal/booking"
)

// MinSecret is the least length of a signing secret in bytes, that of the hash.
const MinSecret = 32

const issuer = "holdfast"

// ErrBadToken says that a token is not one of ours, or not any more. Why is in
// the wrapped error; it is for the log, not for the caller.
var ErrBadToken = errors.New("the token is not valid")

// Tokens issues and verifies tokens. It is safe for concurrent use.
type Tokens struct {
	secret []byte
	parser *jwt.Parser
	known  known
}

// New makes Tokens from a secret of at least MinSecret bytes.
func New(secret string) (*Tokens, error) {
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("HOLDFAST_JWT_SECRET has %d bytes; it needs at least %d", len(secret), MinSecret)
	}
	return &Tokens{
		secret: []byte(secret),
		parser: jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithIssuer(issuer), jwt.WithExpirationRequired()),
	}, nil
}

// maxUser bounds the name of a user, in bytes.
const maxUser = 128

// plausible reports whether a name can be a user's: 1 to maxUser visible ASCII
// characters. Whoever else holds the secret may sign anything.
func plausible(user string) bool {
	return user != "" && len(user) <= maxUser && !strings.ContainsFunc(user, func(r rune) bool { return r < '!' || r > '~' })
}

// Role is what a caller may do beyond booking for themselves. A role that is not
// known here is of no effect.
type Role string

// Usher stands at a door and checks tickets.
const Usher Role = "usher"

// Caller is whom a token names. Guests have no role.
type Caller struct {
	User booking.UserID
	Role Role
}

type claims struct {
	Role Role `json:"role,omitempty"`
	jwt.RegisteredClaims
}

// Issue makes a token for a caller that is good until expires.
func (t *Tokens) Issue(c Caller, now, expires time.Time) (string, error) {
	if !plausible(string(c.User)) {
		return "", fmt.Errorf("a user's name has 1 to %d visible ASCII characters", maxUser)
	}
	claims := claims{Role: c.Role, RegisteredClaims: jwt.RegisteredClaims{
		Issuer: issuer, Subject: string(c.User),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
	}}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(t.secret)
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	return token, nil
}

// Verify returns whom a token names, or ErrBadToken.
func (t *Tokens) Verify(token string) (Caller, error) {
	d := digest(sha256.Sum256([]byte(token)))
	if caller, ok := t.known.find(d, time.Now()); ok {
		return caller, nil
	}
	var claims claims
	_, err := t.parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return t.secret, nil })
	if err != nil {
		return Caller{}, fmt.Errorf("%w: %w", ErrBadToken, err)
	}
	if !plausible(claims.Subject) {
		return Caller{}, fmt.Errorf("%w: it names nobody who can be a user", ErrBadToken)
	}
	caller := Caller{User: booking.UserID(claims.Subject), Role: claims.Role}
	if claims.NotBefore == nil { // else a clock that is set back would make it bad again
		t.known.add(d, grant{caller, claims.ExpiresAt.Time})
	}
	return caller, nil
}
