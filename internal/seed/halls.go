package seed

import (
	"fmt"
	"math"

	"holdfast/internal/booking"
)

// The categories of the halls.
const (
	standard = "standard"
	premium  = "premium"
	vip      = "vip"
	floor    = "floor"
	lower    = "lower"
	upper    = "upper"
)

// rowName is A to Z, then AA, AB, ...
func rowName(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return rowName(i/26-1) + rowName(i%26)
}

// studio is 14 rows of 10 seats with an aisle in the middle: 140 seats.
func studio() []booking.Seat {
	var seats []booking.Seat
	for row := range 14 {
		category := standard
		if row >= 10 {
			category = premium
		}
		for n := 1; n <= 10; n++ {
			x := float64(n - 1)
			if n > 5 {
				x++ // the aisle
			}
			seats = append(seats, seat(rowName(row), n, x, float64(row), category, booking.Standard))
		}
	}
	return seats
}

// grand is a hall of 292 seats: curved rows, two aisles, wheelchair places with
// their companions in front, VIP rows with more room in the middle.
func grand() []booking.Seat {
	var seats []booking.Seat
	const width = 22.0
	y := 0.0
	for row := range 15 {
		name := rowName(row)
		kinds := func(int) booking.Kind { return booking.Standard }
		count, spacing, category := 20, 1.0, standard
		switch {
		case row == 0: // four wheelchair places, each with a companion
			count = 18
			kinds = func(n int) booking.Kind {
				switch n {
				case 1, 3, 16, 18:
					return booking.Wheelchair
				case 2, 4, 15, 17:
					return booking.Companion
				}
				return booking.Standard
			}
		case row >= 6 && row <= 8:
			category = premium
		case row >= 12:
			category, spacing = vip, 1.25
			count = 16
		default:
			if row >= 9 {
				count = 22
			}
		}
		for n := 1; n <= count; n++ {
			// From the middle, with an aisle after a quarter on either side.
			fromMiddle := float64(n) - float64(count+1)/2
			x := fromMiddle * spacing
			if math.Abs(fromMiddle) > float64(count)/4 {
				x += math.Copysign(1.2, fromMiddle)
			}
			bow := x * x / 90 // the outer seats are nearer to the screen
			seats = append(seats, seat(name, n, round(width/2+3+x), round(y+4-bow), category, kinds(n)))
		}
		y++
		if row == 8 || row == 11 {
			y += 0.8 // a cross aisle
		}
	}
	return seats
}

// palace has 30 rows of 40: 1,200 seats in stalls, circle and balcony.
func palace() []booking.Seat {
	var seats []booking.Seat
	y := 0.0
	for row := range 30 {
		category := standard
		if row == 18 || row == 25 {
			y += 2 // circle and balcony begin
		}
		switch {
		case row >= 25:
			category = standard
		case row >= 18:
			category = vip
		case row >= 8:
			category = premium
		}
		for n := 1; n <= 40; n++ {
			x := float64(n - 1)
			if n > 10 {
				x += 1.5
			}
			if n > 30 {
				x += 1.5
			}
			bow := math.Pow(x-21, 2) / 160
			seats = append(seats, seat(rowName(row), n, round(x), round(y+3-bow), category, booking.Standard))
		}
		y++
	}
	return seats
}

// arena has 10,000 seats around a stage: a floor of 2,000 in four blocks and two
// rings of 20 blocks each.
func arena() []booking.Seat {
	seats := make([]booking.Seat, 0, 10_000)
	const centerX, centerY = 90.0, 70.0
	for block := range 4 {
		for row := range 20 {
			for n := range 25 {
				x := centerX - 28 + float64(block%2)*30 + float64(n)*1.1
				y := centerY - 24 + float64(block/2)*25 + float64(row)*1.1
				seats = append(seats, blockSeat(fmt.Sprintf("F%d", block+1), row+1, n+1, x, y, floor))
			}
		}
	}
	rings := []struct {
		prefix, rows, perRow int
		radius               float64
		category             string
	}{{100, 16, 10, 46, lower}, {200, 20, 12, 68, upper}}
	for _, ring := range rings {
		const blocks = 20
		for block := range blocks {
			for row := range ring.rows {
				for n := range ring.perRow {
					// The ring is open at the top, where the stage is.
					const open = math.Pi / 3
					arc := (2*math.Pi - open) / blocks
					share := (float64(n) + 0.5) / float64(ring.perRow)
					angle := -math.Pi/2 + open/2 + arc*(float64(block)+0.06+0.88*share)
					r := ring.radius + float64(row)*1.15
					seats = append(seats, blockSeat(fmt.Sprint(ring.prefix+block+1), row+1, n+1,
						round(centerX+r*math.Cos(angle)), round(centerY+r*0.82*math.Sin(angle)), ring.category))
				}
			}
		}
	}
	return seats
}

func seat(row string, number int, x, y float64, category string, kind booking.Kind) booking.Seat {
	return booking.Seat{
		ID: booking.SeatID(fmt.Sprint(row, number)), Row: row, Number: number, X: x, Y: y, Category: category, Kind: kind,
	}
}

// blockSeat is a seat of a block, such as 104-12-7: block 104, row 12, seat 7.
func blockSeat(block string, row, number int, x, y float64, category string) booking.Seat {
	name := fmt.Sprintf("%s-%d", block, row)
	return booking.Seat{
		ID: booking.SeatID(fmt.Sprintf("%s-%d", name, number)), Row: name, Number: number, X: x, Y: y, Category: category, Kind: booking.Standard,
	}
}

func round(v float64) float64 { return math.Round(v*100) / 100 }
