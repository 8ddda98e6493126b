package api

import (
	"strings"
	"time"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

func bookingView(b booking.Booking, now time.Time) openapi.Booking {
	v := openapi.Booking{
		Id: string(b.ID), Status: openapi.BookingStatus(b.Status), ShowtimeId: string(b.ShowtimeID),
		Seats: make([]openapi.BookedSeat, len(b.Seats)), Total: moneyView(b.Total),
		CreatedAt: b.CreatedAt.UTC(), ExpiresAt: b.ExpiresAt.UTC(),
	}
	if b.Status == booking.Pending {
		v.ExpiresInSeconds = max(0, b.ExpiresAt.Sub(now).Seconds())
	}
	for i, s := range b.Seats {
		v.Seats[i] = openapi.BookedSeat{Id: string(s.ID), Row: s.Row, Number: s.Number, Category: s.Category, Price: moneyView(s.Price)}
	}
	if p := b.Payment; p != nil {
		v.Payment = &openapi.Payment{Id: p.ID, Method: p.Method, Status: openapi.PaymentStatus(p.Status), Amount: moneyView(p.Amount)}
	}
	return v
}

func showtimeView(s booking.Showtime) openapi.Showtime {
	return openapi.Showtime{
		Id: string(s.ID),
		Movie: openapi.Movie{
			Id: s.Movie.ID, Title: s.Movie.Title, RuntimeMinutes: int(s.Movie.Runtime / time.Minute),
			Rating: optional(s.Movie.Rating), Tagline: optional(s.Movie.Tagline),
		},
		Auditorium: openapi.Auditorium{Id: s.Auditorium.ID, Name: s.Auditorium.Name, Venue: s.Auditorium.Venue},
		StartsAt:   s.StartsAt.UTC(), SalesOpenAt: s.SalesOpenAt.UTC(), SalesCloseAt: s.SalesCloseAt.UTC(),
		TotalSeats: s.TotalSeats, AvailableSeats: s.AvailableSeats, FromPrice: moneyView(s.FromPrice),
	}
}

func moneyView(m booking.Money) openapi.Money {
	return openapi.Money{Amount: m.Amount(), Currency: m.Currency}
}

// optional leaves out what is empty.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// printable reports whether s has visible ASCII only.
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' })
}
