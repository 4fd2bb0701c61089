// Package sqldb opens a service's own store, one SQLite file or one PostgreSQL
// schema, and is the only place that knows how the two engines differ.
//
// # One SQL text for both
//
// Services write one text for both engines, with $1-style parameters. These
// column types mean the same on both: BIGINT, TEXT, BOOLEAN, DOUBLE PRECISION
// and BYTEA. (SQLite gives BYTEA numeric affinity, which never converts a
// value bound as []byte: it is kept and returned as a blob.) An empty BYTEA is
// read as a nil slice on SQLite. Instants are BIGINT microseconds since the Unix
// epoch, days are TEXT 'YYYY-MM-DD', ids are given by the caller and never by a
// sequence.
//
// Within a transaction, rows are read to their end or closed before the next
// statement: a PostgreSQL connection gives one result at a time.
//
// What one engine needs and the other cannot parse stands in a migration as a
// comment that only that engine sees through:
//
//	CREATE TABLE places (
//	  id TEXT /*postgres COLLATE "C" */ NOT NULL PRIMARY KEY
//	) /*sqlite WITHOUT ROWID */;
//
// A table whose rows are large or are added in an order other than that of its
// key is cheaper on SQLite without WITHOUT ROWID; an integer key that is to be
// the row id itself is declared /*sqlite INTEGER */ /*postgres BIGINT */.
//
// Text sorts by bytes on SQLite, and by the database's own collation on
// PostgreSQL unless the column says COLLATE "C": a key that pages are ordered
// by must say so.
//
// # Durability
//
// When [DB.Update] returns nil the change is on disk: SQLite runs in WAL mode
// with synchronous=FULL, PostgreSQL with its default synchronous_commit. When
// it returns an error from the commit itself (a connection that broke, a
// context that ended) the outcome is unknown, so writes carry a request id
// and are asked again.
//
// # PostgreSQL behind pgbouncer
//
// The schema is chosen by search_path in the startup packet, and migrations
// run under a session-level advisory lock. Both need a session of their own:
// use pgbouncer in session mode, or connect directly.
package sqldb
