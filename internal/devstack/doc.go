// Package devstack runs the real servers of Holdfast on a bare machine, without Docker: PostgreSQL, Valkey, RabbitMQ,
// MongoDB and Temporal, each with its data in a folder of the clone, on loopback only.
//
// What it keeps true:
//
//   - A server whose URL is given in the environment is used as it is: never started, stopped or altered.
//   - Nothing that this package did not start is ever signalled. A leftover of a run that was killed is recognised by a
//     mark in its environment, or by its process id together with the time of its start, never by its id alone.
//   - A data folder belongs to one run at a time (a file lock, which the kernel gives back when the run dies).
//   - Servers run in process groups of their own, so a Ctrl-C in the terminal reaches only this program, which then
//     stops them in order. Data outlive Stop.
//   - What is missing is installed with visible progress; the machine's package sources, package lists and already
//     running services stay as they were.
//
// It needs Linux: it reads /proc.
package devstack
