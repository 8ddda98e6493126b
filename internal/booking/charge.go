package booking

// Charge asks a provider for money. ID is the idempotency key: the provider
// answers the same charge with the same authorization, however often it comes.
type Charge struct {
	ID     string
	Amount Money
	Token  string // what the customer's card became at the provider; not kept in the database
}

// Authorization is a provider's answer to a charge.
type Authorization struct {
	Declined  bool
	Reason    string // for the customer, when declined
	Reference string // the provider's own id
}
