package ticket

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-pdf/fpdf"
	qr "github.com/piglig/go-qr"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"holdfast/internal/booking"
)

// The sheet, in millimetres: A6, which is readable on a phone and can be printed
// on anything.
const (
	width, height = 105.0, 148.0
	margin        = 9.0
	codeSize      = 74.0
	textSize      = 10.0 // in points
	lineHeight    = 4.8
)

// PDF is a ticket to print or to keep. A token that does not fit into a QR code is
// refused with no_ticket.
func PDF(token string, b booking.Booking, show booking.Showtime) ([]byte, error) {
	made, err := code(token)
	if err != nil {
		return nil, err
	}
	doc := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: fpdf.SizeType{Wd: width, Ht: height}})
	doc.AddUTF8FontFromBytes("go", "", goregular.TTF)
	doc.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	doc.SetMargins(margin, margin, margin)
	doc.SetAutoPageBreak(true, margin)
	doc.SetTitle(drawable(show.Movie.Title), true)
	doc.SetCreator("Holdfast", true)
	doc.AddPage()
	doc.SetY(drawCode(doc, made) + 2)

	write := func(style string, size float64, text string) {
		doc.SetFont("go", style, size)
		doc.MultiCell(0, lineHeight*size/textSize, drawable(text), "", "L", false)
	}
	write("B", 15, show.Movie.Title)
	write("", textSize, show.Auditorium.Venue+", "+show.Auditorium.Name)
	write("B", textSize, show.StartsAt.UTC().Format("Monday, 2 January 2006, 15:04 UTC"))
	doc.Ln(1)
	for _, line := range seatLines(b.Seats) {
		write("", textSize, line)
	}
	write("", textSize, "Paid "+b.Total.String())
	doc.Ln(1)
	doc.SetTextColor(90, 90, 90)
	write("", 6.5, "Booking "+string(b.ID)+"\nWhoever shows this first comes in with it, once.")

	var out bytes.Buffer
	if err := doc.Output(&out); err != nil {
		return nil, fmt.Errorf("drawing a ticket: %w", err)
	}
	return out.Bytes(), nil
}

// drawCode draws a QR code as rectangles, sharp at any size, in the middle of the
// top. It returns where it ends.
func drawCode(doc *fpdf.Fpdf, made *qr.QrCode) float64 {
	module := codeSize / float64(made.Size()+2*quiet)
	left, top := (width-codeSize)/2+quiet*module, margin/2+quiet*module
	doc.SetFillColor(0, 0, 0)
	for y := range made.Size() {
		for x := 0; x < made.Size(); x++ {
			from := x
			for x < made.Size() && made.Module(x, y) {
				x++
			}
			if x > from { // a little higher than it is, so that no line shows between two rows
				doc.Rect(left+float64(from)*module, top+float64(y)*module, float64(x-from)*module, module*1.02, "F")
			}
		}
	}
	return margin/2 + codeSize
}

// seatLines tells the seats as people look for them, a line for each row.
func seatLines(seats []booking.BookedSeat) []string {
	var lines []string
	var row string
	for i, s := range seats {
		number := strconv.Itoa(s.Number)
		if i > 0 && s.Row == row {
			lines[len(lines)-1] += ", " + number
			continue
		}
		row = s.Row
		lines = append(lines, "Row "+row+", seat "+number)
	}
	for i, line := range lines {
		if strings.Count(line, ", ") > 1 {
			lines[i] = strings.Replace(line, ", seat ", ", seats ", 1)
		}
	}
	return lines
}
