package ticket

import (
	"strings"
	"unicode"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// noGlyph stands for a character that the font does not have.
const noGlyph = '\u25a1'

// glyphs knows what can be drawn: Latin, Greek, Cyrillic and some signs. The bold
// font has what the regular one has.
var glyphs = func() *sfnt.Font {
	f, err := sfnt.Parse(gobold.TTF)
	if err != nil { // it is part of the program
		panic("the font of the tickets: " + err.Error())
	}
	return f
}()

// drawable is text with characters that the font has; for each other one there is
// a box. So a title in any script is no reason to have no ticket.
func drawable(text string) string {
	var buf sfnt.Buffer
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r):
			return -1
		}
		if glyph, err := glyphs.GlyphIndex(&buf, r); err != nil || glyph == 0 {
			return noGlyph
		}
		return r
	}, norm.NFC.String(text))
}
