// Package sandbox is a payment provider for trials: an HTTP server with books of
// its own in PostgreSQL, in the schema sandbox, and messages about what happened.
// It moves no money and behaves as if it did. What becomes of a charge stands in
// its token; docs/sandbox.md lists them.
//
// It speaks JSON, and wants the header "Authorization: Bearer <key>":
//
//	PUT  /v1/charges/{id}                   make a charge: {"booking_id", "amount", "currency", "deadline"}
//	POST /v1/charges/{id}/confirm           promise the money: {"token"}, or the customer's answer as token
//	POST /v1/charges/{id}/capture           take what was promised
//	POST /v1/charges/{id}/cancel            give up; the body is that of PUT, also for a charge never made
//	PUT  /v1/charges/{id}/refunds/{refund}  give back: {"amount", "currency"}
//	GET  /v1/charges/{id}                   the charge as it stands
//	GET  /v1/charges?since=&cursor=&limit=  charges made since then, oldest first: {"charges", "next"}
//
// Every answer but the list is the charge; see Charge. An amount is in minor units
// of its currency, as an integer. An error is {"error": {"code", "message"}}.
//
// The ids are the caller's: a charge is made once for each id, and a refund too.
// Two callers at once are put in order by PostgreSQL, which locks the charge, and
// what must always hold is a constraint of the schema: a charge is taken whole or
// not at all, and not more is given back than was taken. Only the database holds
// state: several servers may share it, and a restart forgets nothing.
package sandbox
