// Package answered gives tests the inputs of a model: the facts of the fixture with the
// assumptions of the seeds, and all four markets answering for an authority.
package answered

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// Of are the inputs of Gloucestershire. In each of its districts the staff of home care and of
// care homes are those of the fixture, with a tenth of the posts vacant besides, and a fifth
// of the staff leaving and as many starting in twelve months.
func Of(t testing.TB) statement.Inputs {
	t.Helper()
	atlas := fixture.Atlas(t)
	authority, _ := atlas.Authority(fixture.Gloucestershire)
	area := statement.AuthorityArea(atlas, authority)
	f := Facts(t)
	codes := make([]geo.Code, len(area.Districts))
	for i, d := range area.Districts {
		codes[i] = d.Code
	}
	return statement.Inputs{
		Area: area, AsAt: fixture.Today.String(), KnownAt: fixture.KnownAt, Known: fixture.KnownOf(t, f, codes...),
		Sources: fixture.SourcesOf(f),
		Answers: statement.Answers{
			CareHomes:       answer(area.Name, codes, fixture.IllustrativeSource, fixture.HomesOf),
			HomeCare:        answer(area.Name, codes, fixture.Provided, fixture.HomeCareOf),
			HousingWithCare: answer(area.Name, codes, fixture.Provided, fixture.HousingOf),
			Workforce:       answer(area.Name, codes, fixture.Provided, staffOf),
		},
	}
}

func answer[C statement.Capacity](area string, codes []geo.Code, from *commonv1.Source, of func(string, int, *commonv1.Source) C) statement.Answer[C] {
	a := statement.Answer[C]{State: fixture.Ready(), Total: of(area, len(codes), from)}
	for _, code := range codes {
		a.Each = append(a.Each, of(facts.DistrictPrefix+string(code), 1, from))
	}
	return a
}

func staffOf(area string, districts int, from *commonv1.Source) *workforcev1.WorkforceCapacity {
	capacity := fixture.StaffOf(area, districts, from)
	for _, s := range capacity.GetServices() {
		filled := int(s.GetUse().GetPermanent().GetValue() + s.GetUse().GetTemporary().GetValue())
		basis := fixture.BasisOf(from, districts, districts)
		s.Use.Vacancies = basis.Count(filled/10, commonv1.Unit_UNIT_POSTS)
		s.Use.Starters = basis.Count(filled/5, commonv1.Unit_UNIT_PEOPLE)
		s.Use.Leavers = basis.Count(filled/5, commonv1.Unit_UNIT_PEOPLE)
	}
	return capacity
}

// Facts are those of the fixture with the assumptions of the seeds that hold for its places,
// and the sources that they name besides.
func Facts(t testing.TB) *marketpositionv1.Facts {
	t.Helper()
	f := fixture.Facts(t)
	atlas := fixture.Atlas(t)
	f.Assumptions = slices.DeleteFunc(assumptions(t), func(a *marketpositionv1.Assumption) bool {
		return len(facts.DistrictsOf(atlas, a.GetAreas())) == 0 // Of a place that the fixture has not.
	})
	known := fixture.SourcesOf(f)
	for _, a := range f.GetAssumptions() {
		for _, id := range a.GetSourceIds() {
			if _, ok := known[id]; !ok {
				known[id] = fixture.Source(id, commonv1.SourceKind_SOURCE_KIND_ASSUMPTION)
				f.Sources = append(f.Sources, known[id])
			}
		}
	}
	return f
}

// assumptions are those of the seeds.
func assumptions(t testing.TB) []*marketpositionv1.Assumption {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root(t), "seeds", "england", "assumptions", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no assumptions: %v", err)
	}
	var all []*marketpositionv1.Assumption
	for _, file := range files {
		all = append(all, read(t, file)...)
	}
	return all
}

// root is the folder of the module.
func root(t testing.TB) string {
	t.Helper()
	for dir, err := os.Getwd(); ; dir = filepath.Dir(dir) {
		if err != nil || dir == filepath.Dir(dir) {
			t.Fatalf("no go.mod above this test: %v", err)
		}
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir
		}
	}
}

func read(t testing.TB, file string) (all []*marketpositionv1.Assumption) {
	t.Helper()
	opened, err := os.Open(file) //nolint:gosec // A file of this project.
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	rows, err := csv.NewReader(opened).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	number := func(text string) float64 {
		value, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		return value
	}
	for _, row := range rows[1:] {
		all = append(all, &marketpositionv1.Assumption{
			Name: "assumptions/" + row[0], Areas: []string{row[1]}, Title: row[2], Low: number(row[3]), Central: number(row[4]),
			High: number(row[5]), Unit: row[6], SourceIds: strings.Fields(row[7]), Derivation: row[8],
		})
	}
	return all
}
