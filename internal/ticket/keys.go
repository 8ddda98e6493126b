package ticket

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// The mistakes in keys. They do not repeat what was given: it may be secret.
var (
	ErrPrivateKey = errors.New("it is no Ed25519 private key: 32 bytes of seed or PKCS#8, in base64; `holdfast ticket keygen` prints one")
	ErrPublicKey  = errors.New("it is no Ed25519 public key: 32 bytes in base64, as `x` in what `holdfast ticket keys` prints")
	ErrKeySet     = errors.New("it is no JWKS with Ed25519 keys, such as /.well-known/jwks.json")
)

// NewKey makes a private key, in the form that ParsePrivateKey reads.
func NewKey() (string, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", fmt.Errorf("making a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", fmt.Errorf("encoding a key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(der), nil
}

// ParsePrivateKey reads a seed or PKCS#8, in base64.
func ParsePrivateKey(text string) (ed25519.PrivateKey, error) {
	raw, err := decode(text)
	if err != nil {
		return nil, ErrPrivateKey
	}
	if len(raw) == ed25519.SeedSize {
		return ed25519.NewKeyFromSeed(raw), nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(raw)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, ErrPrivateKey
	}
	return key, nil
}

// ParsePublicKey reads the 32 bytes of a public key in base64.
func ParsePublicKey(text string) (ed25519.PublicKey, error) {
	raw, err := decode(text)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, ErrPublicKey
	}
	return raw, nil
}

// decode reads base64 of either alphabet, padded or not.
func decode(text string) ([]byte, error) {
	text = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(strings.TrimSpace(text), "="))
	return base64.RawURLEncoding.DecodeString(text)
}

// jwk is a public key as RFC 8037 writes it.
type jwk struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Kid string `json:"kid,omitempty"`
	Alg string `json:"alg,omitempty"`
	Use string `json:"use,omitempty"`
}

type jwks struct {
	Keys []jwk `json:"keys"`
}

// keyID names a public key: the first 8 bytes of its thumbprint (RFC 7638). It is
// in every token, so it is short; which of the keys signed is what it tells, and
// nothing is believed because of it.
func keyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(fmt.Appendf(nil, `{"crv":"Ed25519","kty":"OKP","x":"%s"}`, base64.RawURLEncoding.EncodeToString(key)))
	return base64.RawURLEncoding.EncodeToString(sum[:8])
}

func encodeKeys(keys []ed25519.PublicKey) ([]byte, error) {
	set := jwks{Keys: []jwk{}}
	for _, key := range keys {
		set.Keys = append(set.Keys, jwk{
			Kty: "OKP", Crv: "Ed25519", X: base64.RawURLEncoding.EncodeToString(key), Kid: keyID(key), Alg: "EdDSA", Use: "sig",
		})
	}
	return json.MarshalIndent(set, "", "  ")
}

// ParseKeys reads the Ed25519 keys of a JWKS; those of other kinds are passed over.
func ParseKeys(data []byte) ([]ed25519.PublicKey, error) {
	var set jwks
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, ErrKeySet
	}
	var keys []ed25519.PublicKey
	for _, k := range set.Keys {
		if k.Kty != "OKP" || k.Crv != "Ed25519" {
			continue
		}
		key, err := ParsePublicKey(k.X)
		if err != nil {
			return nil, ErrKeySet
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, ErrKeySet
	}
	return keys, nil
}
