// Package projections keeps the read model: it turns the events of bookings into
// steps of seat maps, writes them to MongoDB and then tells every node that
// serves WebSockets.
//
// For each event, with the version that is stored:
//
//	event version    what happens
//	<= stored        a duplicate: nothing is written, the step is told again
//	== stored + 1    the step is applied and told
//	>  stored + 1    a gap: the whole map is read from PostgreSQL, stored and told
//	no map stored    the same
//
// Invariants:
//   - The map is written before it is told, so who is told of a version can read
//     at least that version.
//   - An event is acknowledged after its step was told. A crash in between brings
//     it again, and a duplicate is told again; who has seen it ignores it.
//   - A step holds the final state of all seats that changed in it, so it brings
//     any map between its From and its Version to its Version.
//   - A step with From == Version and no seats says only that this version
//     exists; who is behind reads the map.
package projections
