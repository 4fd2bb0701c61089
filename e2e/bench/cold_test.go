package bench

import (
	"fmt"
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
	plan := county(b)
	county, england := generated(b, plan), generated(b, england(b))
	month := plan.To.AddMonths(-1).String()
	var rows []row
	for _, engine := range []struct{ name, short, url string }{
		{"SQLite", "sqlite", storetest.SQLite(b)}, {"PostgreSQL", "postgres", storetest.Postgres(b)},
	} {
		whole := newHomes(b, store(b, engine.name))
		fill(b, whole, county.Sources, county.CareHomes, returnsOf(county, func(*homeReturn) bool { return true }))
		short := newHomes(b, store(b, engine.name))
		fill(b, short, county.Sources, county.CareHomes, returnsOf(county, func(r *homeReturn) bool { return r.GetAsAt() >= month }))
		all := newHomes(b, store(b, engine.name))
		homes, returns := around(county, england)
		fill(b, all, slices.Concat(county.Sources, england.Sources), homes, returns)
		rows = append(rows,
			compared(b, engine.name+": cold capacity, 36 months of returns beside 1", engine.short+"-history-ratio", whole, short),
			compared(b, engine.name+": cold capacity, all England loaded beside one county", engine.short+"-england-ratio", all, whole))
	}
	return rows
}
