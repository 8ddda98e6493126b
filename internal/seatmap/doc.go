// Package seatmap is the read model: every showtime's seats as the public sees
// them, in MongoDB. It is never asked for a decision and can be rebuilt from
// PostgreSQL at any time.
//
// A map is two documents. What changes is small, one per showtime:
//
//	maps:    {_id: showtime, state: {revision: 0, version: 42, layout: "<digest>", statuses: "aahhsb..."}}
//
// with one letter per seat in the order of the layout, so that an update moves
// as many bytes as there are seats and nothing else. What never changes lies
// beside it, named by the digest of its content, shared by all the showtimes
// that look alike and kept in memory by every reader:
//
//	layouts: {_id: "<digest>", seats: [...], categories: [...]}
//
// Invariants:
//   - A map never goes back to an older version. A state is only replaced by a
//     greater one ($max, which compares documents field by field), so that it
//     does not matter in which order writes come, or how often. Only a map that
//     is wrong at its version is put right by compare-and-set; its revision grows,
//     and everything that was made of the wrong one is less.
//   - A layout is written before the first map that names it and never changed.
//   - Only what MongoDB 8 and FerretDB 1.24 both do is used: find, insert,
//     findAndModify with $max, updateOne with a guard in its filter. No
//     transactions, pipelines or array filters.
package seatmap
