package e2e_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
	"holdfast/internal/identity"
	"holdfast/internal/ticket"
)

// usher is somebody at a door.
func (h *house) usher() *browser {
	h.t.Helper()
	b := h.guest()
	tokens, err := identity.New(h.cfg.JWTSecret)
	require.NoError(h.t, err)
	b.token, err = tokens.Issue(identity.Caller{User: "eve", Role: identity.Usher}, time.Now(), time.Now().Add(time.Hour))
	require.NoError(h.t, err)
	return b
}

// mustPay books and pays.
func (b *browser) mustPay(show booking.ShowtimeID, seats ...string) openapi.Booking {
	b.t.Helper()
	made := b.mustBook(show, seats...)
	require.Equal(b.t, http.StatusCreated, b.pay(made.Id, "tok_ok", nil).status)
	return b.get(made.Id)
}

func (b *browser) ticket(id, format string) answer {
	b.t.Helper()
	return b.raw(http.MethodGet, "/v1/bookings/"+id+"/ticket?format="+format, "")
}

// raw asks for something that is not a booking.
func (b *browser) raw(method, path, body string) answer {
	a, err := b.try(method, path, body, nil)
	if a.status == 0 || a.status >= 400 { // else the error may be that it is no booking
		assert.NoError(b.t, err)
	}
	return a
}

// ticketOf is the ticket of a booking as JSON.
func (b *browser) ticketOf(id string) openapi.Ticket {
	b.t.Helper()
	a := b.ticket(id, "json")
	require.Equal(b.t, http.StatusOK, a.status, "%s", a.body)
	var made openapi.Ticket
	require.NoError(b.t, json.Unmarshal(a.body, &made))
	return made
}

func (b *browser) checkIn(token string, seats ...string) answer {
	b.t.Helper()
	wish := openapi.NewCheckin{Ticket: token}
	if len(seats) > 0 {
		wish.Seats = &seats
	}
	body, err := json.Marshal(wish)
	assert.NoError(b.t, err)
	return b.raw(http.MethodPost, "/v1/checkins", string(body))
}

// A paid booking has a ticket, in every format the same, and it opens one door once.
func TestTicketOpensTheDoorOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada, eve := h.guest(), h.usher()
	b := ada.mustBook(h.show, "A1", "A2")
	requireProblem(t, ada.ticket(b.Id, "json"), 409, "no_ticket")
	b = ada.mustPay(h.show, "B1", "B2")
	require.NotNil(t, b.Refund)

	made := ada.ticketOf(b.Id)
	require.Equal(t, b.Id, made.BookingId)
	require.Equal(t, string(h.show), made.ShowtimeId)
	require.Equal(t, []string{"B1", "B2"}, made.Seats)
	requireProblem(t, h.guest().ticket(b.Id, "json"), 404, "booking_not_found")
	requireProblem(t, ada.ticket(b.Id, "gif"), 422, "invalid_request")

	// A door that never asks the API.
	keys := ada.do(http.MethodGet, "/.well-known/jwks.json", "", nil)
	require.Equal(t, http.StatusOK, keys.status)
	require.Equal(t, "application/jwk-set+json", keys.header.Get("Content-Type"))
	require.Contains(t, keys.header.Get("Cache-Control"), "public")
	public, err := ticket.ParseKeys(keys.body)
	require.NoError(t, err)
	door := ticket.NewVerifier(public...)
	read, err := door.Verify(made.Token)
	require.NoError(t, err)
	require.Equal(t, ticket.Ticket{
		BookingID: booking.ID(b.Id), ShowtimeID: h.show, Seats: []booking.SeatID{"B1", "B2"},
		StartsAt: made.StartsAt, IssuedAt: made.IssuedAt,
	}, read)

	picture := ada.ticket(b.Id, "png")
	require.Equal(t, "image/png", picture.header.Get("Content-Type"))
	seen, err := door.Verify(scan(t, picture.body))
	require.NoError(t, err)
	require.Equal(t, read.BookingID, seen.BookingID)
	drawing := ada.ticket(b.Id, "svg")
	require.Equal(t, "image/svg+xml", drawing.header.Get("Content-Type"))
	require.Contains(t, string(drawing.body), "<svg")
	sheet := ada.ticket(b.Id, "pdf")
	require.Equal(t, "application/pdf", sheet.header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="ticket-`+b.Id+`.pdf"`, sheet.header.Get("Content-Disposition"))
	require.True(t, bytes.HasPrefix(sheet.body, []byte("%PDF-")))
	for _, a := range []answer{picture, drawing, sheet} {
		require.Equal(t, http.StatusOK, a.status)
		require.Contains(t, a.header.Get("Cache-Control"), "private")
	}

	in := eve.checkIn(made.Token)
	require.Equal(t, http.StatusCreated, in.status, "%s", in.body)
	var done openapi.Checkin
	require.NoError(t, json.Unmarshal(in.body, &done))
	require.Equal(t, openapi.Checkin{BookingId: b.Id, ShowtimeId: string(h.show), Seats: []string{"B1", "B2"}, CheckedInAt: done.CheckedInAt}, done)
	again := eve.checkIn(made.Token, "B2")
	requireProblem(t, again, 409, "already_checked_in")
	require.Equal(t, done.CheckedInAt, *again.problem.CheckedInAt)
	requireProblem(t, eve.checkIn(scan(t, picture.body)), 409, "already_checked_in")

	// Whoever has come in cannot take the money back.
	requireProblem(t, ada.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil), 409, "not_cancellable")
	b = ada.get(b.Id)
	require.Equal(t, openapi.Confirmed, b.Status)
	require.Equal(t, done.CheckedInAt, *b.CheckedInAt)
	require.Nil(t, b.Refund)
	require.Contains(t, ada.history(b.Id), "booking.checked_in")
}

// scan reads the QR code in a picture.
func scan(t *testing.T, picture []byte) string {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	require.NoError(t, err)
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	require.NoError(t, err)
	// There is nothing else in it: to look for the code as in a photograph misreads one of some 70.
	code, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
	require.NoError(t, err)
	return code.GetText()
}

// What a door is shown and does not open for.
func TestTicketsThatOpenNoDoor(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada, eve := h.guest(), h.usher()
	b := ada.mustPay(h.show, "A1", "A2")
	good := ada.ticketOf(b.Id).Token

	requireProblem(t, ada.checkIn(good), 403, "forbidden")
	requireProblem(t, (&browser{t: t, base: h.base, http: ada.http}).checkIn(good), 401, "unauthenticated")
	for body, status := range map[string]int{
		``: 415, `{}`: 422, `[]`: 422, `{"ticket":1}`: 422, `{"ticket":""}`: 422, `{"ticket":"` + good + `","door":1}`: 422,
		`{"ticket":"` + good + `","seats":[]}`: 422, `{"ticket":"` + good + `","seats":["A3"]}`: 422, `{"ticket":"` + good + `","seats":["A1","A1"]}`: 422,
	} {
		require.Equal(t, status, eve.do(http.MethodPost, "/v1/checkins", body, nil).status, "%s", body)
	}
	for _, bad := range []string{
		"x", eve.token, good + "A", good[:len(good)-1], strings.ToLower(good), good + "\n", strings.Repeat("A", 50_000), "\u0000",
	} {
		requireProblem(t, eve.checkIn(bad), 422, "invalid_ticket")
	}
	key, err := ticket.NewKey()
	require.NoError(t, err)
	forger, err := ticket.NewSigner(key, nil)
	require.NoError(t, err)
	forged, err := forger.Sign(ticket.Ticket{
		BookingID: booking.ID(b.Id), ShowtimeID: h.show, Seats: []booking.SeatID{"A1"}, StartsAt: time.Now(), IssuedAt: time.Now(),
	})
	require.NoError(t, err)
	requireProblem(t, eve.checkIn(forged), 422, "invalid_ticket")

	require.Equal(t, http.StatusOK, ada.do(http.MethodDelete, "/v1/bookings/"+b.Id, "", nil).status)
	requireProblem(t, eve.checkIn(good), 409, "ticket_void")
	requireProblem(t, ada.ticket(b.Id, "pdf"), 409, "no_ticket")
	require.NotContains(t, ada.history(b.Id), "booking.checked_in")
}

// Forty doors scan the same ticket at once: one of them opens, and the others say when.
func TestTicketAtFortyDoors(t *testing.T) {
	t.Parallel()
	h := open(t)
	ada, eve := h.guest(), h.usher()
	token := ada.ticketOf(ada.mustPay(h.show, "A1", "A2").Id).Token
	answers := make([]answer, 40)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = eve.checkIn(token, "A1") })
	}
	wg.Wait()
	var at []time.Time
	admitted := 0
	for _, a := range answers {
		if a.status == http.StatusCreated {
			var done openapi.Checkin
			require.NoError(t, json.Unmarshal(a.body, &done))
			require.Equal(t, []string{"A1"}, done.Seats)
			admitted++
			at = append(at, done.CheckedInAt)
			continue
		}
		requireProblem(t, a, 409, "already_checked_in")
		at = append(at, *a.problem.CheckedInAt)
	}
	require.Equal(t, 1, admitted)
	for _, when := range at {
		require.Equal(t, at[0], when)
	}
}
