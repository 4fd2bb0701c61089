// Package revision carries how far each service has come, so that what was worked out under an older state
// is not taken for today's.
//
// A service counts its commits; a district's revision is the newest commit that touched it. A [Tracker] holds
// what this process knows of one service's numbers and is what every read asks. Three things feed it:
//
//   - the service itself, after each commit ([Follower.Committed]);
//   - a [Follower], which hears of other processes' commits through Redis and, since messages get lost, asks
//     the store what changed once a second in a single query;
//   - a [Mirror], which follows the Tracker of a service in another process over gRPC ([Server]).
//
// Numbers never fall. A Tracker keeps apart how far it knows everything ([Tracker.Global]) from the commits it
// has only heard of, so a lost message never makes it claim what it does not know.
//
// # What is current
//
// Numbers alone cannot say whether there are newer ones. A Tracker is current while its source confirmed it a
// short while ago; when the store, or the connection to the other process, goes quiet, it lapses. Readers then
// must not take a cached answer for today's (see [Read]), and do so again once it is confirmed: answers are kept
// by their [Mark], so those whose district has not moved are still good.
//
// Should a service's numbers begin again, because its store was replaced or restored from a backup, then the
// same number may mean something else. The Tracker notices, takes the new numbers, and raises its epoch, which
// is part of every Mark.
package revision
