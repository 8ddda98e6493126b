package api

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"holdfast/api/openapi"
	"holdfast/internal/booking"
)

// The codes that exist for HTTP only; the others are the domain's.
const (
	codeUnauthenticated  booking.Code = "unauthenticated"
	codeForbidden        booking.Code = "forbidden"
	codeNotFound         booking.Code = "not_found"
	codeMethodNotAllowed booking.Code = "method_not_allowed"
	codeTooLarge         booking.Code = "payload_too_large"
	codeMediaType        booking.Code = "unsupported_media_type"
	codeInternal         booking.Code = "internal"
	codeBadSignature     booking.Code = "bad_signature"
)

// told is how a code is told to people, and to what knows only HTTP.
type told struct {
	status int
	title  string
}

// statuses is the one place where codes become statuses of HTTP.
var statuses = map[booking.Code]told{
	booking.CodeInvalidRequest:      {http.StatusUnprocessableEntity, "The request is not valid"},
	booking.CodeUnknownSeat:         {http.StatusUnprocessableEntity, "There is no such seat"},
	booking.CodeTooManySeats:        {http.StatusUnprocessableEntity, "These are too many seats"},
	booking.CodeKeyReused:           {http.StatusUnprocessableEntity, "The Idempotency-Key was used with another request"},
	booking.CodeShowtimeNotFound:    {http.StatusNotFound, "There is no such showtime"},
	booking.CodeBookingNotFound:     {http.StatusNotFound, "There is no such booking"},
	booking.CodePaymentNotFound:     {http.StatusNotFound, "There is no such payment"},
	booking.CodeSeatsTaken:          {http.StatusConflict, "The seats are taken"},
	booking.CodeSalesClosed:         {http.StatusConflict, "The showtime is not on sale"},
	booking.CodeHoldExpired:         {http.StatusConflict, "The hold has ended"},
	booking.CodeNotPayable:          {http.StatusConflict, "The booking cannot be paid for"},
	booking.CodeNotCancellable:      {http.StatusConflict, "The booking cannot be cancelled"},
	booking.CodeNoTicket:            {http.StatusConflict, "The booking has no ticket"},
	booking.CodeInvalidTicket:       {http.StatusUnprocessableEntity, "This is no ticket of this house"},
	booking.CodeTicketVoid:          {http.StatusConflict, "The ticket is void"},
	booking.CodeAlreadyCheckedIn:    {http.StatusConflict, "Somebody has come in with this ticket"},
	booking.CodePaymentDeclined:     {http.StatusPaymentRequired, "The payment was declined"},
	booking.CodeHoldLimit:           {http.StatusTooManyRequests, "You hold too many seats unpaid"},
	booking.CodeUnavailable:         {http.StatusServiceUnavailable, "Not now"},
	codeUnauthenticated:             {http.StatusUnauthorized, "Sign in first"},
	codeForbidden:                   {http.StatusForbidden, "You may not do this"},
	codeNotFound:                    {http.StatusNotFound, "There is nothing here"},
	codeMethodNotAllowed:            {http.StatusMethodNotAllowed, "This method is not for this place"},
	codeTooLarge:                    {http.StatusRequestEntityTooLarge, "The request is too large"},
	codeMediaType:                   {http.StatusUnsupportedMediaType, "The request has to be JSON"},
	booking.CodeProviderUnavailable: {http.StatusServiceUnavailable, "The payment provider does not answer"},
	codeBadSignature:                {http.StatusBadRequest, "The message is not signed"},
	codeInternal:                    {http.StatusInternalServerError, "Something went wrong on our side"},
}

// retryAfter is what a client is told to wait where nothing better is known.
const retryAfter = 2 * time.Second

// fail answers with the problem that err is.
func (s *Server) fail(c *gin.Context, err error) {
	status, body := s.asProblem(c.Request.Context(), c.Writer.Header(), c.FullPath(), err)
	c.Abort()
	c.Data(status, problemType, body)
}

// asProblem makes a problem of err. A refusal is told as it is; what is not a refusal is told
// in general words, and in full to the log.
func (s *Server) asProblem(ctx context.Context, h http.Header, path string, err error) (status int, body []byte) {
	refusal, ok := booking.Refused(err)
	if !ok {
		refusal = s.hide(ctx, path, err)
	}
	known, ok := statuses[refusal.Code]
	if !ok {
		s.Log.ErrorContext(ctx, "a refusal has no status", "code", refusal.Code)
		known = statuses[codeInternal]
	}
	if known.status == http.StatusServiceUnavailable || known.status == http.StatusTooManyRequests {
		wait := refusal.RetryAfter
		if wait <= 0 {
			wait = retryAfter
		}
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	if known.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="holdfast"`)
	}
	body, err = problem(refusal, known)
	if err != nil {
		s.Log.ErrorContext(ctx, "encoding a problem", "error", err)
	}
	return known.status, body
}

const problemType = "application/problem+json"

// problem is a refusal as it goes over the wire.
func problem(refusal *booking.Refusal, known told) ([]byte, error) {
	problem := openapi.Problem{
		Type: "about:blank", Title: known.title, Status: known.status, Code: string(refusal.Code),
	}
	if refusal.Message != "" {
		problem.Detail = &refusal.Message
	}
	if len(refusal.Seats) > 0 {
		seats := make([]string, len(refusal.Seats))
		for i, id := range refusal.Seats {
			seats[i] = string(id)
		}
		problem.Seats = &seats
	}
	if !refusal.At.IsZero() {
		problem.CheckedInAt = new(refusal.At.UTC())
	}
	return json.Marshal(problem)
}

// hide keeps internals out of the answer: a server that is away is
// "unavailable", everything else is ours to mend.
func (s *Server) hide(ctx context.Context, path string, err error) *booking.Refusal {
	if errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return booking.Refuse(booking.CodeUnavailable, "the request was given up") // nobody reads this
	}
	var away *booking.UnavailableError
	if errors.As(err, &away) {
		s.Log.WarnContext(ctx, "a server is away", "path", path, "server", away.Server, "error", err)
		return booking.Refuse(booking.CodeUnavailable, "a part of the system does not answer; nothing is lost, try again")
	}
	s.Log.ErrorContext(ctx, "a request failed", "path", path, "error", err)
	return booking.Refuse(codeInternal, "")
}

func invalid(message string) *booking.Refusal {
	return booking.Refuse(booking.CodeInvalidRequest, message)
}

// RefuseSocket answers a request that gets no WebSocket, as problem+json.
func RefuseSocket(w http.ResponseWriter, _ *http.Request, status int, _ string) {
	code, detail := socketRefusal(status)
	problem := openapi.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: &detail}
	body, err := json.Marshal(problem)
	if err != nil { // a struct of strings and numbers
		panic(err)
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // who does not read the answer does not need it
}

func socketRefusal(status int) (code, detail string) {
	switch status {
	case http.StatusForbidden:
		return "origin_not_allowed", "pages of this origin may not open the live map"
	case http.StatusServiceUnavailable:
		return string(booking.CodeUnavailable), "there is no room for another WebSocket here now"
	default:
		return "not_a_websocket", "this place is for WebSockets, version 13"
	}
}
