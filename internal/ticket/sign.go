package ticket

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

const (
	tokenType = "ticket+jwt"
	algorithm = "EdDSA"
	// maxToken bounds a token in bytes: more than that of a booking with the most
	// and longest seats.
	maxToken = 32 << 10
)

// The reasons for which a token opens no door. Each is a sentence for the person
// who stands there; none of them repeats the token.
var (
	ErrUnreadable = errors.New("this is not a ticket")
	ErrUnknownKey = errors.New("the ticket is not signed by this house, or with a key that is not good any more")
	ErrForged     = errors.New("the ticket is forged: it does not say what was signed")
)

// Verifier tells tickets from forgeries, from public keys alone. It is safe for
// concurrent use.
type Verifier struct {
	keys   []ed25519.PublicKey
	byID   map[string]ed25519.PublicKey
	parser *jwt.Parser
}

// NewVerifier makes a verifier that takes what any of the keys has signed.
func NewVerifier(keys ...ed25519.PublicKey) *Verifier {
	v := &Verifier{
		byID:   map[string]ed25519.PublicKey{},
		parser: jwt.NewParser(jwt.WithValidMethods([]string{algorithm}), jwt.WithStrictDecoding()),
	}
	for _, key := range keys {
		if id := keyID(key); v.byID[id] == nil {
			v.byID[id] = key
			v.keys = append(v.keys, key)
		}
	}
	return v
}

// KeySet is the public keys as JWKS (RFC 7517).
func (v *Verifier) KeySet() ([]byte, error) { return encodeKeys(v.keys) }

// Verify reads a token. Its error is ErrUnreadable, ErrUnknownKey or ErrForged.
func (v *Verifier) Verify(token string) (Ticket, error) {
	// The library's base64 passes over line breaks, so that a token could be written in many ways.
	if len(token) > maxToken || strings.ContainsFunc(token, func(r rune) bool { return !inToken(r) }) {
		return Ticket{}, ErrUnreadable
	}
	var c claims
	parsed, err := v.parser.ParseWithClaims(token, &c, v.key)
	switch {
	case err == nil:
	case errors.Is(err, ErrUnknownKey):
		return Ticket{}, ErrUnknownKey
	case errors.Is(err, jwt.ErrTokenSignatureInvalid) && parsed.Header["typ"] == tokenType:
		return Ticket{}, ErrForged
	default:
		return Ticket{}, ErrUnreadable
	}
	t, err := c.unpack()
	if err != nil {
		return Ticket{}, ErrUnreadable
	}
	return t, nil
}

func inToken(r rune) bool {
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.'
}

// key finds the key that a token names. Other tokens of the house, such as those
// that callers are known by, are of another type and no tickets.
func (v *Verifier) key(t *jwt.Token) (any, error) {
	if t.Header["typ"] != tokenType {
		return nil, ErrUnreadable
	}
	id, _ := t.Header["kid"].(string)
	if key, ok := v.byID[id]; ok {
		return key, nil
	}
	return nil, ErrUnknownKey
}

// Signer issues tickets, and verifies its own and those of the keys before it. It
// is safe for concurrent use.
type Signer struct {
	*Verifier
	key ed25519.PrivateKey
}

// NewSigner makes a signer from a private key, in a form that ParsePrivateKey
// reads, and from the public keys before it, whose tickets are still good.
func NewSigner(key string, old []string) (*Signer, error) {
	private, err := ParsePrivateKey(key)
	if err != nil {
		return nil, err
	}
	public, ok := private.Public().(ed25519.PublicKey)
	if !ok {
		return nil, ErrPrivateKey
	}
	keys := []ed25519.PublicKey{public}
	for _, text := range old {
		k, err := ParsePublicKey(text)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return &Signer{Verifier: NewVerifier(keys...), key: private}, nil
}

// Sign makes the token of a ticket.
func (s *Signer) Sign(t Ticket) (string, error) {
	c, err := t.pack()
	if err != nil {
		return "", fmt.Errorf("a ticket of booking %s cannot be made: %w", t.BookingID, err)
	}
	made := jwt.NewWithClaims(jwt.SigningMethodEdDSA, c)
	made.Header["typ"] = tokenType
	made.Header["kid"] = keyID(s.keys[0])
	token, err := made.SignedString(s.key)
	if err != nil {
		return "", fmt.Errorf("signing a ticket: %w", err)
	}
	return token, nil
}
