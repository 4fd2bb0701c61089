package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/sqldb"
)

// home is a row of homes with every column.
type home struct {
	ID       string
	Beds     int64
	Latitude *float64
	Closed   bool
	Payload  []byte
}

var homeColumns = []string{"id", "beds", "latitude", "closed", "payload"}

// values fits a home to homeColumns. A nil pointer or slice stands for NULL.
func (h home) values() []any {
	values := []any{h.ID, h.Beds, nil, h.Closed, nil}
	if h.Latitude != nil {
		values[2] = *h.Latitude
	}
	if h.Payload != nil {
		values[4] = h.Payload
	}
	return values
}

func insertHomes(ctx context.Context, db *sqldb.DB, homes []home) error {
	return db.Update(ctx, func(tx *sqldb.Tx) error {
		return tx.InsertMany(ctx, "homes", homeColumns, len(homes), func(i int) []any { return homes[i].values() })
	})
}

func readHomes(ctx context.Context, t interface{ Fatal(...any) }, db *sqldb.DB) []home {
	rows, err := db.Read().QueryContext(ctx, "SELECT id, beds, latitude, closed, payload FROM homes ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var found []home
	for rows.Next() {
		var h home
		if err := rows.Scan(&h.ID, &h.Beds, &h.Latitude, &h.Closed, &h.Payload); err != nil {
			t.Fatal(err)
		}
		found = append(found, h)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestInsertManyKeepsEveryType(t *testing.T) {
	latitude := 51.745
	want := []home{
		{ID: "1-1", Beds: math.MaxInt64, Latitude: &latitude, Closed: true, Payload: []byte{0, 1, 0xff}},
		{ID: "1-2", Beds: math.MinInt64},
		{ID: "1-3", Payload: []byte{}},
		// A blob that reads as a number: BYTEA's affinity must not convert it.
		{ID: "1-4", Payload: []byte("12345")},
		{ID: "Tŷ Gwyn 'O' \"x\"", Beds: -1, Payload: []byte("\x00")},
	}
	engines(t, func(t *testing.T, db *sqldb.DB) {
		if err := insertHomes(t.Context(), db, want); err != nil {
			t.Fatal(err)
		}
		// SQLite reads an empty payload as nil, but keeps it apart from NULL.
		if diff := cmp.Diff(want, readHomes(t.Context(), t, db), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("(-kept +read)\n%s", diff)
		}
		const null = "SELECT id FROM homes WHERE payload IS NULL"
		if diff := cmp.Diff([]string{"1-2"}, slices.Collect(ids(t, db.Read(), null))); diff != "" {
			t.Errorf("null payloads (-want +got)\n%s", diff)
		}
	})
}

func TestInsertManyIsWhatOneByOneIs(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		rapid.Check(t, func(t *rapid.T) {
			want := rapid.SliceOfNDistinct(rapid.Custom(drawHome), 0, 20, func(h home) string { return h.ID }).Draw(t, "homes")
			if err := insertHomes(t.Context(), db, want); err != nil {
				t.Fatal(err)
			}
			bulk := readHomes(t.Context(), t, db)
			err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
				if _, err := tx.ExecContext(t.Context(), "DELETE FROM homes"); err != nil {
					return err
				}
				for _, h := range want {
					_, err := tx.ExecContext(t.Context(), "INSERT INTO homes (id, beds, latitude, closed, payload) VALUES ($1, $2, $3, $4, $5)", h.values()...)
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(readHomes(t.Context(), t, db), bulk); diff != "" {
				t.Fatalf("(-one by one +bulk)\n%s", diff)
			}
			err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
				_, err := tx.ExecContext(t.Context(), "DELETE FROM homes")
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	})
}

func drawHome(t *rapid.T) home {
	h := home{
		ID:     rapid.StringMatching(`[ -~éŷ]{1,12}`).Draw(t, "id"),
		Beds:   rapid.Int64().Draw(t, "beds"),
		Closed: rapid.Bool().Draw(t, "closed"),
	}
	if rapid.Bool().Draw(t, "placed") {
		latitude := rapid.Float64Range(49, 61).Draw(t, "latitude")
		h.Latitude = &latitude
	}
	if rapid.Bool().Draw(t, "described") {
		h.Payload = rapid.SliceOfN(rapid.Byte(), 0, 50).Draw(t, "payload")
	}
	return h
}

func TestInsertManyInsertsAllOrNothing(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		mustAdd(t, db, "1-500", 1)
		homes := make([]home, 1000)
		for i := range homes {
			homes[i].ID = fmt.Sprint("1-", i)
		}
		err := insertHomes(t.Context(), db, homes)
		if !sqldb.IsUnique(err) || sqldb.IsUnavailable(err) {
			t.Errorf("error %v", err)
		}
		if got := countHomes(t, db.Read()); got != 1 {
			t.Errorf("%d rows after a failed insert", got)
		}
		if err := insertHomes(t.Context(), db, homes[501:]); err != nil {
			t.Error(err)
		}
		if got := countHomes(t, db.Read()); got != 500 {
			t.Errorf("%d rows after the second insert", got)
		}
	})
}

func TestInsertManyReusesTheCallersSlice(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		row := make([]any, 3)
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			return tx.InsertMany(t.Context(), "homes", []string{"id", "beds", "closed"}, 100, func(i int) []any {
				row[0], row[1], row[2] = fmt.Sprint("1-", i), int64(i), false
				return row
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		if err := db.Read().QueryRowContext(t.Context(), "SELECT sum(beds) FROM homes").Scan(&sum); err != nil || sum != 4950 {
			t.Errorf("sum %d, %v", sum, err)
		}
	})
}

func TestInsertManyStopsWhenCancelled(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Update(ctx, func(tx *sqldb.Tx) error {
			return tx.InsertMany(ctx, "homes", []string{"id", "beds", "closed"}, math.MaxInt, func(i int) []any {
				if i == 1000 {
					cancel()
				}
				return []any{fmt.Sprint("1-", i), int64(i), false}
			})
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		if got := countHomes(t, db.Read()); got != 0 {
			t.Errorf("%d rows were kept", got)
		}
	})
}

func TestInsertManyRefusesAWrongRow(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		for name, row := range map[string][]any{
			"too short": {"1-1", int64(1)},
			"null":      {nil, int64(1), false},
		} {
			err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
				return tx.InsertMany(t.Context(), "homes", []string{"id", "beds", "closed"}, 1, func(int) []any { return row })
			})
			if err == nil || sqldb.IsUnique(err) || sqldb.IsUnavailable(err) {
				t.Errorf("%s: error %v", name, err)
			}
		}
	})
}

func TestInsertManyOutlivesAPanic(t *testing.T) {
	engines(t, func(t *testing.T, db *sqldb.DB) {
		none := []string{}
		err := recovered(func() error {
			return db.Update(t.Context(), func(tx *sqldb.Tx) error {
				return tx.InsertMany(t.Context(), "homes", []string{"id", "beds", "closed"}, 1, func(i int) []any {
					return []any{none[i], int64(1), false}
				})
			})
		})
		if err == nil || sqldb.IsUnavailable(err) {
			t.Errorf("error %v", err)
		}
		mustAdd(t, db, "1-1", 1)
	})
}
