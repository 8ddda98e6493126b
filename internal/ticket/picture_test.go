package ticket

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/font/sfnt"
	"pgregory.net/rapid"

	"holdfast/internal/booking"
)

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// The figures of docs/adr/0010: a change of the claims is to be a decision.
func TestSize(t *testing.T) {
	s := signer(t, 'a')
	for seats, want := range map[int][2]int{1: {294, 69}, 10: {331, 69}, 20: {384, 77}} {
		token := sign(t, s, example(seats))
		made, err := code(token)
		require.NoError(t, err)
		require.Equal(t, want, [2]int{len(token), made.Size()}, "%d seats", seats)
	}
}

// Another's reader finds the token in the picture.
func TestPNGHoldsTheToken(t *testing.T) {
	s := signer(t, 'a')
	for _, seats := range []int{1, 10, 60} {
		token := sign(t, s, example(seats))
		drawn, err := PNG(token)
		require.NoError(t, err)
		img, err := png.Decode(bytes.NewReader(drawn))
		require.NoError(t, err)
		bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
		require.NoError(t, err)
		read, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		require.NoError(t, err)
		require.Equal(t, token, read.GetText())
	}
}

func TestSVGIsXML(t *testing.T) {
	drawn, err := SVG(sign(t, signer(t, 'a'), example(10)))
	require.NoError(t, err)
	parser := xml.NewDecoder(bytes.NewReader(drawn))
	var root string
	for {
		token, err := parser.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok && root == "" {
			root = start.Name.Local
		}
	}
	require.Equal(t, "svg", root)
}

// Whatever a movie, a hall or a row is called, there is a sheet to print.
func TestPDFOfAnyTitle(t *testing.T) {
	token := sign(t, signer(t, 'a'), example(2))
	b := booking.Booking{ID: example(2).BookingID, Total: booking.Money{Minor: 3000, Currency: "USD"}}
	draw := func(title, hall, row string) {
		b.Seats = []booking.BookedSeat{{ID: "A1", Row: row, Number: 1}, {ID: "A2", Row: row, Number: 2}}
		sheet, err := PDF(token, b, booking.Showtime{
			Movie: booking.Movie{Title: title}, Auditorium: booking.Auditorium{Name: hall, Venue: hall}, StartsAt: example(2).StartsAt,
		})
		require.NoError(t, err)
		require.True(t, bytes.HasPrefix(sheet, []byte("%PDF-")))
		require.True(t, bytes.HasSuffix(bytes.TrimSpace(sheet), []byte("%%EOF")))
	}
	for _, title := range []string{"", "Amélie", "Γειά σου", "Привет", "千と千尋の神隠し", "שלום", "🎬", "\U00010000", "\U0010ffff", "\x00\xff\n", "e\u0301"} {
		draw(title, title, title)
	}
}

// Nothing reaches the sheet that its font does not have.
func TestDrawableHasGlyphs(t *testing.T) {
	var buf sfnt.Buffer
	rapid.Check(t, func(rt *rapid.T) {
		for _, r := range drawable(rapid.String().Draw(rt, "text")) {
			glyph, err := glyphs.GlyphIndex(&buf, r)
			require.NoError(rt, err)
			require.True(rt, glyph != 0 || r == '\n', "%q", r)
		}
	})
}

func TestDrawable(t *testing.T) {
	for text, want := range map[string]string{
		"Amélie — Γειά σου, Привет": "Amélie — Γειά σου, Привет",
		"Ame\u0301lie":           "Amélie",
		"千と 🎬":                   "□□ □",
		"a\tb\u00a0c\u200bd\x00": "a b cd",
	} {
		require.Equal(t, want, drawable(text))
	}
}

func TestTooManySeatsForACode(t *testing.T) {
	token := sign(t, signer(t, 'a'), example(600))
	for _, draw := range []func() ([]byte, error){
		func() ([]byte, error) { return PNG(token) },
		func() ([]byte, error) { return SVG(token) },
		func() ([]byte, error) { return PDF(token, booking.Booking{}, booking.Showtime{}) },
	} {
		_, err := draw()
		refusal, ok := booking.Refused(err)
		require.True(t, ok, "%v", err)
		require.Equal(t, booking.CodeNoTicket, refusal.Code)
	}
}

func TestSeatLines(t *testing.T) {
	at := func(row string, n int) booking.BookedSeat { return booking.BookedSeat{Row: row, Number: n} }
	require.Equal(t, []string{"Row A, seats 1, 2", "Row B, seat 7"}, seatLines([]booking.BookedSeat{at("A", 1), at("A", 2), at("B", 7)}))
	require.Empty(t, seatLines(nil))
}
