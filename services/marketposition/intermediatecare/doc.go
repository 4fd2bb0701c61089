// Package intermediatecare answers how many places a service needs that people flow
// through, such as Home First or reablement, and what happens in it day by day. It asks the
// models queueing, simulate and pathway, and says with each answer what was understood,
// what was assumed, and the arithmetic.
//
// It keeps nothing: an answer follows from its request alone, to the byte.
package intermediatecare
