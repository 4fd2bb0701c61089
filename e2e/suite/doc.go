// Package suite runs the real program as its users run it: all services in one process
// on SQLite, or six processes on PostgreSQL and Redis. It is for tests only.
package suite
