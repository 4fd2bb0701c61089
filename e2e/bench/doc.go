// Package bench measures the suite beside the least that could do the same work, in one
// run and in turns, since figures of a shared machine mean little and ratios much. `make
// bench` prints its table.
package bench
