// Package outbox moves events from the outbox table to the broker.
//
// Invariants:
//   - A row leaves the table only in the transaction that locked it and only
//     after the broker confirmed its message. A crash in between publishes it
//     again: at least once, never less.
//   - There is no cursor. Ids are handed out before transactions commit, so a
//     smaller id can appear after a larger one was published; the oldest rows
//     that nobody holds are taken instead, by any number of relays side by side.
//   - A notification wakes the relay and a poll is the safety net: a lost
//     notification delays an event by one poll and loses nothing.
//   - No transaction stays open for ever: a batch has a bounded time to publish.
//
// Order: rows are sent in the order of their ids, but neither two relays nor two
// transactions promise more than that. Consumers order by version.
package outbox
