package sqldb_test

import (
	"context"
	"strconv"
	"testing"
	"testing/fstest"

	"github.com/caremarket/caremarket/pkg/sqldb"
	"github.com/caremarket/caremarket/pkg/storetest"
)

// benchMigrations is a table of returns as a service keeps them: added in the
// order of their id, found by place and day.
var benchMigrations = fstest.MapFS{"00001_returns.sql": {Data: []byte(`-- +goose Up
CREATE TABLE returns (
  id /*sqlite INTEGER */ /*postgres BIGINT */ NOT NULL PRIMARY KEY,
  place TEXT /*postgres COLLATE "C" */ NOT NULL,
  as_at TEXT /*postgres COLLATE "C" */ NOT NULL,
  recorded_at BIGINT NOT NULL,
  request_id TEXT NOT NULL,
  flagged BOOLEAN NOT NULL,
  fault TEXT,
  payload BYTEA NOT NULL
);
CREATE INDEX returns_by_place ON returns (place, as_at, id);
`)}}

var benchColumns = []string{"id", "place", "as_at", "recorded_at", "request_id", "flagged", "fault", "payload"}

func openBench(b *testing.B, url string) *sqldb.DB {
	b.Helper()
	ctx := context.Background()
	db, err := sqldb.Open(ctx, sqldb.Options{Service: "carehomes", URL: url, Migrations: benchMigrations})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	return db
}

func benchEngines(b *testing.B, bench func(b *testing.B, db *sqldb.DB)) {
	b.Run("sqlite", func(b *testing.B) { bench(b, openBench(b, storetest.SQLite(b))) })
	b.Run("postgresql", func(b *testing.B) { bench(b, openBench(b, storetest.Postgres(b))) })
}

// insertReturns commits n returns whose ids go on from first.
func insertReturns(ctx context.Context, db *sqldb.DB, first int64, n int) error {
	payload := make([]byte, 300)
	return db.Update(ctx, func(tx *sqldb.Tx) error {
		return tx.InsertMany(ctx, "returns", benchColumns, n, func(i int) []any {
			return []any{first + int64(i), "1-1" + strconv.Itoa(i), "2026-01-31", first, "5b0a7c1e-93f5-4a5e-8a5c-0d4d2e5f9b11", false, nil, payload}
		})
	})
}

// BenchmarkInsertMany commits batches of 10,000 rows of 8 columns, one a blob
// of 300 bytes, durably on SQLite.
func BenchmarkInsertMany(b *testing.B) {
	const batch = 10_000
	benchEngines(b, func(b *testing.B, db *sqldb.DB) {
		rows := int64(0)
		for b.Loop() {
			if err := insertReturns(b.Context(), db, rows, batch); err != nil {
				b.Fatal(err)
			}
			rows += batch
		}
		b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	})
}

func seedBench(b *testing.B, db *sqldb.DB) {
	b.Helper()
	if err := insertReturns(b.Context(), db, 0, 1000); err != nil {
		b.Fatal(err)
	}
}

func pointQuery(ctx context.Context, q sqldb.Queryer) error {
	var id int64
	return q.QueryRowContext(ctx, "SELECT id FROM returns WHERE place = $1 AND as_at = $2", "1-1500", "2026-01-31").Scan(&id)
}

// BenchmarkRead asks one row by its key.
func BenchmarkRead(b *testing.B) {
	benchEngines(b, func(b *testing.B, db *sqldb.DB) {
		seedBench(b, db)
		for b.Loop() {
			if err := pointQuery(b.Context(), db.Read()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkView asks the same row within a snapshot.
func BenchmarkView(b *testing.B) {
	benchEngines(b, func(b *testing.B, db *sqldb.DB) {
		seedBench(b, db)
		for b.Loop() {
			if err := db.View(b.Context(), func(tx sqldb.Queryer) error { return pointQuery(b.Context(), tx) }); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkUpdate commits one row, durably on SQLite.
func BenchmarkUpdate(b *testing.B) {
	benchEngines(b, func(b *testing.B, db *sqldb.DB) {
		n := int64(0)
		for b.Loop() {
			n++
			err := db.Update(b.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.ExecContext(b.Context(), "INSERT INTO returns (id, place, as_at, recorded_at, request_id, flagged, payload) VALUES ($1, $2, $3, $4, $5, $6, $7)",
					n, "1-1", "2026-01-31", n, "r", true, []byte{})
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
