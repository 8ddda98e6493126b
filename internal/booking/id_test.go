package booking

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var names = rapid.SliceOfN(rapid.String(), 0, 5)

func TestDeriveIDIsAUUIDOfVersion8(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	rapid.Check(t, func(t *rapid.T) {
		of := names.Draw(t, "names")
		id := DeriveID(of...)
		if !form.MatchString(id) || !IsUUID(id) {
			t.Fatalf("%q gives %q", of, id)
		}
		if again := DeriveID(of...); again != id {
			t.Fatalf("%q gives %q, then %q", of, id, again)
		}
	})
}

// Ids that were handed out must stay what they are: they are in databases, and
// an Idempotency-Key is looked up by them.
func TestDeriveIDStaysTheSame(t *testing.T) {
	require.Equal(t, pinnedID, DeriveID("booking", "ada", "key-1", "0"))
}

func TestOtherNamesHaveOtherIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := names.Draw(t, "a"), names.Draw(t, "b")
		if !slices.Equal(a, b) && DeriveID(a...) == DeriveID(b...) {
			t.Fatalf("%q and %q have the same id", a, b)
		}
	})
}

// The same letters, divided otherwise, are other names.
func TestDeriveIDKnowsWhereNamesEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(1, 40, -1).Draw(t, "text")
		i, j := rapid.IntRange(0, len(text)).Draw(t, "i"), rapid.IntRange(0, len(text)).Draw(t, "j")
		if i != j && DeriveID(text[:i], text[i:]) == DeriveID(text[:j], text[j:]) {
			t.Fatalf("%q divided at %d and at %d have the same id", text, i, j)
		}
		if DeriveID(text) == DeriveID(text, "") {
			t.Fatalf("%q and %q with an empty name have the same id", text, text)
		}
	})
}

func TestIsUUIDIsExact(t *testing.T) {
	canonical := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	good := rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	rapid.Check(t, func(t *rapid.T) {
		id := good.Draw(t, "id")
		if !IsUUID(id) {
			t.Fatalf("%q is a UUID", id)
		}
		// With one byte changed it is one if and only if it still looks like one.
		broken := []byte(id)
		broken[rapid.IntRange(0, len(id)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		if got, want := IsUUID(string(broken)), canonical.Match(broken) && !strings.Contains(string(broken), "\n"); got != want {
			t.Fatalf("IsUUID(%q) is %v", broken, got)
		}
	})
	for _, text := range []string{
		"", "-", "urn:uuid:5e0fe2a4-41f5-8b55-8f4e-2b6ce8f2a9d3", "5E0FE2A4-41F5-8B55-8F4E-2B6CE8F2A9D3", "{5e0fe2a4-41f5-8b55-8f4e-2b6ce8f2a9d3}",
		"5e0fe2a441f58b558f4e2b6ce8f2a9d3", "5e0fe2a4-41f5-8b55-8f4e-2b6ce8f2a9d", "5e0fe2a4-41f5-8b55-8f4e-2b6ce8f2a9d33",
		"5e0fe2a4-41f5-8b55-8f4e-2b6ce8f2a9d\x00", "5e0fe2a44-1f5-8b55-8f4e-2b6ce8f2a9d3",
	} {
		require.False(t, IsUUID(text), "%q", text)
	}
}

func TestPlausibleSeats(t *testing.T) {
	form := regexp.MustCompile(`\A[A-Za-z0-9-]{1,16}\z`)
	for _, id := range []SeatID{"A1", "AA22", "104-12-7", "z", "-", "ABCDEFGHIJKLMNOP"} {
		require.True(t, id.Plausible(), "%q", id)
	}
	for _, id := range []SeatID{
		"", " ", "A 1", "A1 ", "A1\n", "A1\x00", "A_1", "A.1", "A/1", "A'1", "Ä1", "Ａ１", "١", "A1\xff", "ABCDEFGHIJKLMNOPQ", SeatID(strings.Repeat("A", 1<<20)),
	} {
		require.False(t, id.Plausible(), "%.20q", id)
	}
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9-]{0,18}`)).Draw(t, "id")
		if got, want := SeatID(id).Plausible(), form.MatchString(id); got != want {
			t.Fatalf("%q is plausible: %v, want %v", id, got, want)
		}
	})
}

// pinnedID was computed outside of this program.
const pinnedID = "271fae3a-a6e4-82d9-af8e-43e96f5070bb"
