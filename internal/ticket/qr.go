package ticket

import (
	"fmt"

	qr "github.com/piglig/go-qr"

	"holdfast/internal/booking"
)

const (
	quiet = 4 // modules of white around a code, as ISO/IEC 18004 asks for
	scale = 8 // pixels of a module in a PNG
)

// code is the QR code of a token. A sixth of it may be unreadable, such as by a
// crease or the glare on a phone.
func code(token string) (*qr.QrCode, error) {
	// Bytes in one segment: a reader needs nothing else, and text in mixed case packs no better.
	made, err := qr.EncodeBinary([]byte(token), qr.Medium)
	if err != nil {
		return nil, booking.Refuse(booking.CodeNoTicket, fmt.Sprintf("a ticket of %d bytes does not fit into a QR code; ask for format=json", len(token)))
	}
	return made, nil
}

// PNG is a token as a QR code. One that does not fit is refused with no_ticket.
func PNG(token string) ([]byte, error) {
	made, err := code(token)
	if err != nil {
		return nil, err
	}
	png, err := made.ToPNGBytes(qr.NewQrCodeImgConfig(scale, quiet))
	if err != nil {
		return nil, fmt.Errorf("drawing a ticket: %w", err)
	}
	return png, nil
}

// SVG is a token as a QR code. One that does not fit is refused with no_ticket.
func SVG(token string) ([]byte, error) {
	made, err := code(token)
	if err != nil {
		return nil, err
	}
	svg, err := made.ToSVGBytes(qr.NewQrCodeImgConfig(scale, quiet, qr.WithOptimalSVG(), qr.WithSVGXMLHeader()))
	if err != nil {
		return nil, fmt.Errorf("drawing a ticket: %w", err)
	}
	return svg, nil
}
