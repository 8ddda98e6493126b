package booking

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// IsUUID reports whether s is a UUID in canonical text form, lower case.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}

// DeriveID makes an id out of names: the same names, the same id. It is what
// makes an Idempotency-Key work without a table: the key of a user IS the
// booking's id. The form is a UUID of version 8, "custom" (RFC 9562, 5.8), of
// the first bits of a SHA-256.
func DeriveID(names ...string) string {
	h := sha256.New()
	for _, n := range names {
		fmt.Fprintf(h, "%d:%s", len(n), n) // with lengths, so that ("ab","c") is not ("a","bc")
	}
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
