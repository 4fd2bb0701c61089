package bench

import (
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	"github.com/caremarket/caremarket/seeds/illustrative"
	"github.com/caremarket/caremarket/services/carehomes"
)

// cold compares capacities worked out from stores of different sizes: neither how long
// homes have returned nor how many there are elsewhere may matter.
func cold(b *testing.B) []row {
	b.Helper()
	county, england := generated(b, county(b)), generated(b, england(b))
	homes, returns := around(county, england)
	var rows []row
	for _, engine := range []struct {
		name, short string
		store       func(testing.TB) string
	}{{"SQLite", "sqlite", storetest.SQLite}, {"PostgreSQL", "postgres", storetest.Postgres}} {
		stores := []string{engine.store(b), engine.store(b), engine.store(b)}
		short, whole, all := newHomes(b, stores[0]), newHomes(b, stores[1]), newHomes(b, stores[2])
		fill(b, short, county.Sources, county.CareHomes, newest(county))
		fill(b, whole, county.Sources, county.CareHomes, returnsOf(county))
		fill(b, all, slices.Concat(county.Sources, england.Sources), homes, returns)
		settle(b, stores)
		rows = append(rows,
			compared(b, engine.name+": cold capacity, 36 months of returns beside 1", engine.short+"-history-ratio", whole, short),
			compared(b, engine.name+": cold capacity, all England beside one county", engine.short+"-england-ratio", all, whole))
	}
	return rows
}

// settle does what PostgreSQL's autovacuum has done in any store that was not filled a second ago:
// without it, it would be at work while one of the stores is measured.
func settle(b *testing.B, stores []string) {
	b.Helper()
	for _, url := range stores {
		if !strings.HasPrefix(url, "postgres") {
			continue
		}
		db, err := sql.Open("pgx", url)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := db.ExecContext(b.Context(), "VACUUM (ANALYZE)"); err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// newest yields the last return of each home: what stands is the same without the past.
func newest(market *illustrative.Market) iter.Seq[submission] {
	return func(yield func(submission) bool) {
		var last submission
		for one := range returnsOf(market) {
			if last.Return != nil && last.Return.GetCareHome() != one.Return.GetCareHome() && !yield(last) {
				return
			}
			last = one
		}
		if last.Return != nil {
			yield(last)
		}
	}
}

// around is the county in the middle of England: the county's own homes, and those of all
// other districts.
func around(county, england *illustrative.Market) ([]*home, iter.Seq[submission]) {
	inside, here := map[string]bool{}, map[string]bool{}
	for _, h := range county.CareHomes {
		inside[h.GetDistrict()] = true
	}
	homes := slices.Clone(county.CareHomes)
	for _, h := range england.CareHomes {
		if !inside[h.GetDistrict()] {
			homes = append(homes, h)
			here[h.GetName()] = true
		}
	}
	return homes, func(yield func(submission) bool) {
		for one := range returnsOf(county) {
			if !yield(one) {
				return
			}
		}
		for one := range returnsOf(england) {
			if here[one.Return.GetCareHome()] && !yield(one) {
				return
			}
		}
	}
}

func compared(b *testing.B, what, unit string, larger, smaller *carehomes.Server) row {
	b.Helper()
	took := func(server *carehomes.Server) time.Duration {
		began := time.Now()
		workOut(b, server)
		return time.Since(began)
	}
	took(larger) // to have the pages of both in memory
	took(smaller)
	const calls = 2000
	a, c, _ := inTurns(calls, func() time.Duration { return took(larger) }, func() time.Duration { return took(smaller) })
	return row{
		what: what, ours: fmt.Sprintf("%.2f ms", a.Seconds()*1000), beside: fmt.Sprintf("%.2f ms", c.Seconds()*1000),
		ratio: a.Seconds() / c.Seconds(), unit: unit, target: 1.2, most: true,
	}
}

func workOut(b *testing.B, server *carehomes.Server) {
	b.Helper()
	_, err := server.GetDistrictCapacity(audience.With(b.Context(), audience.Commissioner),
		&carehomesv1.GetDistrictCapacityRequest{Name: "districts/" + stroud + "/careHomeCapacity"})
	if err != nil {
		b.Fatal(err)
	}
}
