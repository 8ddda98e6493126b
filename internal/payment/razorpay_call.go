package payment

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/razorpay/razorpay-go/constants"
	"github.com/razorpay/razorpay-go/requests"
	"github.com/razorpay/razorpay-go/resources"

	"holdfast/internal/booking"
)

// Razorpay's Go package writes the requests, and no more is left to it. It takes
// no context, keeps its client in a global variable, takes a refusal for an empty
// answer or for one without its code, and an answer that broke off for an empty
// one. So each call has a client of its own, on a line that knows the context and
// hands nothing on but whole answers of success.

// razorpayLine is the line of one call.
type razorpayLine struct {
	ctx  context.Context
	next http.RoundTripper
}

// maxRazorpayAnswer bounds an answer: a page of a hundred orders with their payments
// is far below.
const maxRazorpayAnswer = 16 << 20

// RoundTrip implements http.RoundTripper. A refusal is an error already here.
func (l razorpayLine) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := l.next.RoundTrip(r.WithContext(l.ctx))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxRazorpayAnswer+1))
	err = errors.Join(err, answer.Body.Close())
	switch {
	case err != nil:
		return nil, fmt.Errorf("the answer broke off: %w", err)
	case len(body) > maxRazorpayAnswer:
		return nil, errors.New("the answer is too long")
	case answer.StatusCode < 200 || answer.StatusCode > 299:
		return nil, newRazorpayFailure(answer.StatusCode, body)
	case !json.Valid(body):
		return nil, errors.New("the answer is not JSON")
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// razorpayFailure is what Razorpay refused.
type razorpayFailure struct {
	Status      int    `json:"-"`
	Code        string `json:"code"`
	Description string `json:"description"`
	Field       string `json:"field"`
	Reason      string `json:"reason"`
}

func newRazorpayFailure(status int, body []byte) *razorpayFailure {
	var answer struct {
		Error razorpayFailure `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil { // from something in between, which speaks no JSON
		answer.Error = razorpayFailure{Description: http.StatusText(status)}
	}
	answer.Error.Status = status
	return &answer.Error
}

func (f *razorpayFailure) Error() string {
	return fmt.Sprintf("razorpay answered %d %s %s: %s", f.Status, f.Code, f.Reason, f.Description)
}

// refusedByRazorpay says that Razorpay has understood the request and refused it.
func refusedByRazorpay(err error) bool {
	var f *razorpayFailure
	return errors.As(err, &f) && f.Status == http.StatusBadRequest && f.Code == constants.BAD_REQUEST_ERROR
}

// missingAtRazorpay says that Razorpay has nothing with that id. It has no code for it.
func missingAtRazorpay(err error) bool {
	var f *razorpayFailure
	return refusedByRazorpay(err) && errors.As(err, &f) && strings.Contains(f.Description, "does not exist")
}

// amountError is an amount that is not asked for at all. It is a sentence for people.
type amountError struct{ error }

// razorpayAmountRefused is the sentence for an amount that cannot be paid; empty for
// all other errors.
func razorpayAmountRefused(err error, amount booking.Money) string {
	var ours amountError
	var theirs *razorpayFailure
	switch {
	case errors.As(err, &ours):
		return ours.Error()
	case refusedByRazorpay(err) && errors.As(err, &theirs) &&
		(theirs.Field == "amount" || theirs.Field == "currency" || theirs.Reason == "amount_less_than_minimum_amount"):
		return fmt.Sprintf("%s cannot be paid this way: the payment service does not take it", amount)
	default:
		return ""
	}
}

func razorpayBusy(err error) bool {
	var f *razorpayFailure
	return errors.As(err, &f) && f.Status == http.StatusConflict
}

// razorpayRequest is one request, by the resources of Razorpay's package.
type razorpayRequest func(orders resources.Order, payments resources.Payment) (map[string]any, error)

// ask makes a request and reads the answer. It is bounded in time as a whole.
func ask[T any](ctx context.Context, r *Razorpay, request razorpayRequest) (T, error) {
	return whileBusy(ctx, razorpayBusy, func() (T, error) {
		var read T
		ctx, cancel := context.WithTimeout(ctx, r.timeout)
		defer cancel()
		call := &requests.Request{
			Auth:       requests.Auth{Key: r.keyID, Secret: r.keySecret},
			HTTPClient: &http.Client{Transport: razorpayLine{ctx, r.transport}},
			SDKName:    "holdfast",
			Version:    "1",
			BaseURL:    r.baseURL,
		}
		answer, err := request(resources.Order{Request: call}, resources.Payment{Request: call})
		if err != nil {
			return read, fmt.Errorf("asking razorpay: %w", err)
		}
		// The package has read numbers as floating point; amounts are small enough
		// (see razorpayAmount) to come back whole.
		text, err := json.Marshal(answer)
		if err == nil {
			err = json.Unmarshal(text, &read)
		}
		if err != nil {
			return read, fmt.Errorf("reading razorpay's answer: %w", err)
		}
		return read, nil
	})
}
