package seatmap

import (
	"cmp"
	"strings"

	"holdfast/internal/booking"
)

// mapDoc is the document of the collection "maps".
type mapDoc struct {
	ID    booking.ShowtimeID `bson:"_id"`
	State state              `bson:"state"`
}

// state is what changes of a map. States are compared as MongoDB compares
// documents, field by field in this order: the later one is the greater one.
type state struct {
	Revision int64  `bson:"revision"` // how often the map was found wrong at its version, and corrected
	Version  int64  `bson:"version"`
	Layout   string `bson:"layout"`
	Statuses string `bson:"statuses"`
}

func (s state) less(t state) bool {
	return cmp.Or(cmp.Compare(s.Revision, t.Revision), cmp.Compare(s.Version, t.Version),
		strings.Compare(s.Layout, t.Layout), strings.Compare(s.Statuses, t.Statuses)) < 0
}

// layoutDoc is the document of the collection "layouts".
type layoutDoc struct {
	ID         string        `bson:"_id"`
	Categories []categoryDoc `bson:"categories"`
	Seats      []seatDoc     `bson:"seats"`
}

type categoryDoc struct {
	ID       string `bson:"id"`
	Name     string `bson:"name"`
	Minor    int64  `bson:"minor"` // the price in minor units
	Currency string `bson:"currency"`
}

type seatDoc struct {
	ID       booking.SeatID `bson:"id"`
	Row      string         `bson:"row"`
	Number   int            `bson:"number"`
	X        float64        `bson:"x"`
	Y        float64        `bson:"y"`
	Category string         `bson:"category"`
	Kind     booking.Kind   `bson:"kind"`
}

func (l *layout) document() layoutDoc {
	doc := layoutDoc{ID: l.digest,
		Categories: make([]categoryDoc, len(l.categories)), Seats: make([]seatDoc, len(l.seats))}
	for i, c := range l.categories {
		doc.Categories[i] = categoryDoc{ID: c.ID, Name: c.Name, Minor: c.Price.Minor, Currency: c.Price.Currency}
	}
	for i, s := range l.seats {
		doc.Seats[i] = seatDoc(s)
	}
	return doc
}

func (d layoutDoc) layout() *layout {
	categories := make([]booking.PricedCategory, len(d.Categories))
	for i, c := range d.Categories {
		categories[i] = booking.PricedCategory{ID: c.ID, Name: c.Name,
			Price: booking.Money{Minor: c.Minor, Currency: c.Currency}}
	}
	seats := make([]booking.Seat, len(d.Seats))
	for i, s := range d.Seats {
		seats[i] = booking.Seat(s)
	}
	return newLayout(d.ID, categories, seats)
}
