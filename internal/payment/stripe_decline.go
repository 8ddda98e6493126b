package payment

import "github.com/stripe/stripe-go/v85"

// codeUnknownCard is the decline of a payment method that Stripe does not know.
const codeUnknownCard = "holdfast_unknown_card"

// genericDecline is what people are told when the bank gives no reason, or none
// that is theirs to know: a stolen card is not told that it was reported.
const genericDecline = "the bank declined the card; use another one, or ask your bank"

// stripeReasons are the declines that customers can do something about.
var stripeReasons = map[string]string{
	codeUnknownCard: "the payment service does not know this card; enter it again",

	string(stripe.DeclineCodeInsufficientFunds):                "there is not enough money on the card; use another one",
	string(stripe.DeclineCodeExpiredCard):                      "the card has expired; use another one",
	string(stripe.DeclineCodeIncorrectCVC):                     "the security code of the card is wrong; enter the card again",
	string(stripe.DeclineCodeInvalidCVC):                       "the security code of the card is wrong; enter the card again",
	string(stripe.DeclineCodeIncorrectNumber):                  "the number of the card is wrong; enter the card again",
	string(stripe.DeclineCodeInvalidNumber):                    "the number of the card is wrong; enter the card again",
	string(stripe.DeclineCodeInvalidExpiryMonth):               "the date until which the card is good is wrong; enter the card again",
	string(stripe.DeclineCodeInvalidExpiryYear):                "the date until which the card is good is wrong; enter the card again",
	string(stripe.DeclineCodeIncorrectZip):                     "the postal code does not belong to the card; enter the card again",
	string(stripe.DeclineCodeCardNotSupported):                 "the card cannot be used for this; use another one",
	string(stripe.DeclineCodeCurrencyNotSupported):             "the card cannot pay in this currency; use another one",
	string(stripe.DeclineCodeCardVelocityExceeded):             "the card has reached its limit; use another one",
	string(stripe.DeclineCodeWithdrawalCountLimitExceeded):     "the card has reached its limit; use another one",
	string(stripe.DeclineCodeDuplicateTransaction):             "the same amount was paid with this card just now; look at your statement before you pay again",
	string(stripe.DeclineCodeAuthenticationRequired):           "the bank wants to know that it is you; pay again and confirm it with your bank",
	string(stripe.DeclineCodeIssuerNotAvailable):               "the bank could not be reached; try again in a while, or use another card",
	string(stripe.DeclineCodeProcessingError):                  "the card could not be processed; try again in a while, or use another card",
	string(stripe.DeclineCodeReenterTransaction):               "the card could not be processed; try again in a while, or use another card",
	string(stripe.DeclineCodeTryAgainLater):                    "the card could not be processed; try again in a while, or use another card",
	string(stripe.DeclineCodeTestModeDecline):                  "this is a card for tests, and this is not a test",
	string(stripe.ErrorCodePaymentIntentAuthenticationFailure): "the payment was not confirmed with the bank; pay again, or use another card",
}

// stripeReason is a decline as a sentence for people.
func stripeReason(code string) string {
	if reason, ok := stripeReasons[code]; ok {
		return reason
	}
	return genericDecline
}

// codeOf is the bank's reason, or Stripe's where the bank gives none.
func codeOf(e *stripe.Error) string {
	switch {
	case e.DeclineCode != "":
		return string(e.DeclineCode)
	case e.Code != "":
		return string(e.Code)
	default:
		return string(stripe.DeclineCodeGenericDecline)
	}
}
