package storetest

import "testing"

// SQLite returns the URL of an empty directory for SQLite stores.
func SQLite(t testing.TB) string {
	t.Helper()
	return "sqlite:" + t.TempDir()
}

// Engines runs a test once on each engine, with the URL of an empty store.
func Engines(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgresql", func(t *testing.T) { test(t, Postgres(t)) })
}
