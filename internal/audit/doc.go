// Package audit compares what the servers of an engine say with what is always true
// of it, one statement of the README after the other, and names each place where it
// is not so.
//
// It only reads, and bookings go on meanwhile: servers are asked one after the other,
// so that what one says may be over when the next one answers. Therefore what looks
// wrong is looked at again, until the bound is over, and told only if it looked so
// every time.
package audit
