// Package booking is the domain: identifiers, seats, money, the states of a
// booking, the events it emits and the refusals it can answer with.
//
// It imports the standard library only, and everything else may import it.
// Nothing here does I/O; where a decision needs the world, PostgreSQL makes it
// (a constraint or a compare-and-set) and this package names the outcome.
package booking
