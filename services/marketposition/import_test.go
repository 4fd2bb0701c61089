package marketposition

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
	"github.com/caremarket/caremarket/services/marketposition/statement"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/pkg/storetest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// publishedFile is one of the publishers' own files, which lie beside the project.
func publishedFile(t testing.TB, path string) intake.Source {
	t.Helper()
	source, err := intake.FromPath("../../../shared/data/" + path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the published files are not beside the project, at ../shared/data")
	}
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// populationOf are the residents of a district as a server would count them now.
func populationOf(t *testing.T, s *suite, code geo.Code) statement.Residents {
	t.Helper()
	return statement.ResidentsOf(statement.Inputs{
		Area: statement.DistrictArea(s.atlas, code), AsAt: s.today().String(), Known: knownAtMoment(t, s, 0, string(code)),
	})[0]
}

// ages makes the rows of a file for one district, with a head count for each year of age.
func ages(form string, last int, people func(age int) int) string {
	var rows strings.Builder
	for age := range last + 1 {
		text := fmt.Sprintf("Aged %d years", age)
		switch age {
		case 0:
			text = "Aged under 1 year"
		case last:
			text += " and over"
		}
		fmt.Fprintf(&rows, strings.ReplaceAll(form, "AGE", text)+"\n", people(age))
	}
	return rows.String()
}

func same(n int) func(int) int { return func(int) int { return n } }

const censusHeader = "Lower Tier Local Authorities Code,Lower Tier Local Authorities,Age (101 categories) Code,Age (101 categories),Observation\n"

func TestImportCensus(t *testing.T) {
	s := start(t, storetest.SQLite(t))
	file := intake.FromBytes("ts007.csv", []byte("\ufeffCensus 2021\n\n"+censusHeader+
		ages("E07000082,Stroud,0,AGE,%d", 100, same(10))+
		ages("E07009982,Old Stroud,0,AGE,%d", 100, same(1))+
		ages("W06000001,Anglesey,0,AGE,%d", 100, same(7))+
		ages("E06000017,Rutland,0,AGE,%d", 100, same(2))))
	report, err := s.ImportPopulation(t.Context(), file, Edition{}, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if report.Rows != 404 || report.Skipped != 101 || report.Created != 2 || len(report.Notes) != 1 || report.Revision != 1 {
		t.Errorf("%+v", report)
	}
	got := populationOf(t, s, fixture.Stroud)
	if n, ok := facts.Counted(got.All, bothSexes, facts.From(75)); !ok || n != 26*11 {
		t.Errorf("%v people aged 75 and over, want those of both districts", n)
	}
	if got.All.GetAsAt() != "2021-03-21" || got.All.GetSourceId() != "ons-census-2021-ts007" {
		t.Errorf("%s of %s", got.All.GetSourceId(), got.All.GetAsAt())
	}
	again, err := s.ImportPopulation(t.Context(), file, Edition{}, intake.Options{})
	if err != nil || again.Unchanged != 2 || again.Created+again.Updated != 0 || again.Revision != 1 {
		t.Errorf("imported again: %+v, %v", again, err)
	}
}

func TestImportEstimates(t *testing.T) {
	long := func(header, form string) string { return header + "\n" + ages(form, 90, same(3)) }
	var wide strings.Builder
	wide.WriteString("DATE,GEOGRAPHY_CODE,GEOGRAPHY_NAME,All Ages")
	for age := range 90 {
		fmt.Fprintf(&wide, ",Age %d", age)
	}
	wide.WriteString(",Aged 90+\n2023,E07000082,Stroud,273" + strings.Repeat(",3", 91) + "\n")
	sexed := "DATE,GEOGRAPHY_CODE,GEOGRAPHY_NAME,C_SEX_NAME,C_AGE_NAME,OBS_VALUE\n" +
		ages("2023,E07000082,Stroud,Female,AGE,%d", 90, same(2)) + ages("2023,E07000082,Stroud,Male,AGE,%d", 90, same(1))
	for name, test := range map[string]struct {
		file  string
		sexes bool
	}{
		"ages in rows": {long("DATE,GEOGRAPHY_CODE,GEOGRAPHY_NAME,C_AGE_NAME,OBS_VALUE", "2023,E07000082,Stroud,AGE,%d"), false},
		"with totals, groups, shares and other places": {
			long("DATE,GEOGRAPHY_CODE,GEOGRAPHY_NAME,AGE_NAME,MEASURES_NAME,OBS_VALUE", "2023,E07000082,Stroud,AGE,Value,%d") +
				"2023,E07000082,Stroud,All Ages,Value,273\n2023,E07000082,Stroud,Aged 0 to 15,Value,48\n2023,E07000082,Stroud,Aged 65+,Value,78\n" +
				"2023,E07000082,Stroud,Aged 65+,Percent,28\n2023,E10000013,Gloucestershire,Aged 65+,Value,78\n2023,E12000009,South West,Aged 1,Value,78\n", false,
		},
		"ages in columns":          {wide.String(), false},
		"by sex":                   {sexed, true},
		"by sex, with both":        {sexed + ages("2023,E07000082,Stroud,Total,AGE,%d", 90, same(3)), true},
		"for the day that is told": {strings.ReplaceAll(long("GEOGRAPHY_CODE,GEOGRAPHY_NAME,AGE,OBS_VALUE", "E07000082,Stroud,AGE,%d"), "Aged ", ""), false},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, storetest.SQLite(t))
			edition := Edition{}
			if strings.Contains(name, "told") {
				edition = Edition{AsAt: "2023-06-30", Source: fixture.Source("ons-mid-year-estimates-2023", commonv1.SourceKind_SOURCE_KIND_OFFICIAL_STATISTIC)}
			}
			if _, err := s.ImportPopulation(t.Context(), intake.FromBytes("nomis.csv", []byte(test.file)), edition, intake.Options{}); err != nil {
				t.Fatal(err)
			}
			got := populationOf(t, s, fixture.Stroud)
			if n, ok := facts.Counted(got.All, bothSexes, facts.From(0)); !ok || n != 273 {
				t.Errorf("%v people, %v, want 273", n, ok)
			}
			if got.All.GetAsAt() != "2023-06-30" || got.All.GetSourceId() != "ons-mid-year-estimates-2023" {
				t.Errorf("%s of %s", got.All.GetSourceId(), got.All.GetAsAt())
			}
			if n, ok := facts.Counted(got.BySex, women, facts.From(65)); ok != test.sexes || (ok && n != 52) {
				t.Errorf("%v women aged 65 and over, %v", n, ok)
			}
		})
	}
}

func TestImportPopulationNamesEveryFault(t *testing.T) {
	sound := ages("E07000082,Stroud,0,AGE,%d", 100, same(10))
	faulty := censusHeader + sound +
		"E07000083,Tewkesbury,0,Aged ninety,ten\n" +
		"E07009999,Nowhere,0,Aged 5 years,1\n" +
		"E07009990,Divided,0,Aged 5 years,1\n" +
		"Stroud,Stroud,0,Aged 5 years,1\n" +
		"E06000017,Rutland,0,Aged 5 years,1\n" +
		"E06000017,Rutland,0,Aged 5 years,1\n" +
		"E06000016,Leicester,0,Aged 7 years,1\n"
	want := []string{
		`row 103: Observation: "ten" is not a whole number of at least 0; Age (101 categories): "Aged ninety" is not an age such as 65, 65 to 69 or 90+`,
		"row 104: Lower tier local authorities Code: E07009999 is no district of England, present or former",
		"row 105: Lower tier local authorities Code: E07009990 was divided between [E07000082 E07000083]: its people cannot be",
		`row 106: Lower tier local authorities Code: "Stroud" is not a GSS code: one of E, W, S, N and eight digits, such as E07000082`,
		"row 108: Age (101 categories): ages 5-5 stand in an earlier row too",
		"row 109: Lower tier local authorities Code: E06000016 on 2021-03-21: ages over 7 are missing",
	}
	s := start(t, storetest.SQLite(t))
	var written bytes.Buffer
	report, err := s.ImportPopulation(t.Context(), intake.FromBytes("ts007.csv", []byte(faulty)), Edition{}, intake.Options{Rejects: &written})
	if rejected, ok := errors.AsType[*intake.RejectedError](err); !ok || rejected.Count != len(want) {
		t.Fatalf("%v", err)
	}
	var got []string
	for _, r := range report.RejectedFirst {
		got = append(got, r.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if lines := strings.Count(written.String(), "\n"); lines != 1+len(want) {
		t.Errorf("%d lines of rejected rows:\n%s", lines, written.String())
	}
	if k := knownAtMoment(t, s, 0, string(fixture.Stroud)); k.Revision != 0 {
		t.Error("a part of the file was taken")
	}
	report, err = s.ImportPopulation(t.Context(), intake.FromBytes("ts007.csv", []byte(faulty)), Edition{}, intake.Options{Partial: true})
	if err != nil || report.Created != 1 || report.Rejected != len(want) {
		t.Errorf("in part: %+v, %v", report, err)
	}
	if k := knownAtMoment(t, s, 0, string(fixture.Rutland)); len(k.Populations) != 0 {
		t.Error("a district with a rejected row was kept")
	}
}

func TestWhatIsNoPopulation(t *testing.T) {
	s := start(t, storetest.SQLite(t))
	for name, test := range map[string]struct{ file, want string }{
		"no table":      {"hello\n", "no header row"},
		"no ages":       {"DATE,GEOGRAPHY_CODE,GEOGRAPHY_NAME\n2023,E07000082,Stroud\n", "neither a column of ages nor columns for ages"},
		"of which year": {"GEOGRAPHY_CODE,C_AGE_NAME,OBS_VALUE\nE07000082,Age 1,1\n", "say which day it speaks of"},
		"no year":       {"DATE,GEOGRAPHY_CODE,C_AGE_NAME,OBS_VALUE\nlast,E07000082,Age 1,1\n", `"last" is not a year`},
		"one sex":       {"DATE,GEOGRAPHY_CODE,C_SEX_NAME,C_AGE_NAME,OBS_VALUE\n2023,E07000082,Male,0+,1\n", "only one sex is counted"},
		"a third sex":   {"DATE,GEOGRAPHY_CODE,C_SEX_NAME,C_AGE_NAME,OBS_VALUE\n2023,E07000082,Robot,0+,1\n", `"Robot" is neither female, male nor total`},
	} {
		_, err := s.ImportPopulation(t.Context(), intake.FromBytes("x.csv", []byte(test.file)), Edition{}, intake.Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want it to say %q", name, err, test.want)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ImportPopulation(ended, intake.FromBytes("x.csv", []byte(censusHeader+ages("E07000082,Stroud,0,AGE,%d", 100, same(1)))), Edition{}, intake.Options{}); err == nil {
		t.Error("an ended context was not honoured")
	}
}

// TestPublishedCensus reads ONS's own file: the numbers are those that it published, and
// those that the seeds carry over from it.
func TestPublishedCensus(t *testing.T) {
	s := start(t, storetest.SQLite(t), func(c *Config) { c.Atlas = atlasOfFile(t) })
	for _, file := range []string{"population/census2021_TS007_single_year_age_ltla.csv", "population/census2021_TS009_sex_by_single_year_age_ltla.csv"} {
		report, err := s.ImportPopulation(t.Context(), publishedFile(t, file), Edition{}, intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if report.Created != 309 || report.Rejected != 0 {
			t.Errorf("%s: %+v", file, report)
		}
	}
	area := gloucestershire(t)
	people := statement.People(statement.Inputs{Area: area, AsAt: fixture.Today.String(), Known: knownIn(t, s, area)})
	got := []float64{fixture.Value(t, people.GetPopulation()), fixture.Value(t, people.GetAged_65Plus()), fixture.Value(t, people.GetAged_75Plus()), fixture.Value(t, people.GetAged_85Plus())}
	if diff := cmp.Diff([]float64{645073, 139816, 66387, 19002}, got); diff != "" {
		t.Errorf("Gloucestershire, all, 65+, 75+, 85+: %s", diff)
	}
	seeds := statement.Inputs{
		Area: area, AsAt: fixture.Today.String(),
		Known: seededKnown(t),
	}
	for i, want := range statement.People(seeds).GetAgeBands() {
		if got := fixture.Value(t, people.GetAgeBands()[i].GetPeople()); got != fixture.Value(t, want.GetPeople()) {
			t.Errorf("ages from %d: %v, the seeds have %v", want.GetFromAge(), got, fixture.Value(t, want.GetPeople()))
		}
	}
}

func gloucestershire(t testing.TB) statement.Area {
	t.Helper()
	atlas := fixture.Atlas(t)
	authority, known := atlas.Authority(fixture.Gloucestershire)
	if !known {
		t.Fatal("Gloucestershire is not in the atlas")
	}
	return statement.AuthorityArea(atlas, authority)
}

// seededKnown is what a server would read of the seeds' facts for Gloucestershire.
func seededKnown(t testing.TB) facts.Known {
	t.Helper()
	var codes []geo.Code
	for _, d := range gloucestershire(t).Districts {
		codes = append(codes, d.Code)
	}
	return fixture.KnownOf(t, fixture.Facts(t), codes...)
}

// knownIn is what a server knows of an area now.
func knownIn(t *testing.T, s *suite, area statement.Area) facts.Known {
	t.Helper()
	var k facts.Known
	for _, code := range area.Codes() {
		one := knownAtMoment(t, s, 0, code)
		k.Populations = append(k.Populations, one.Populations...)
		k.Projections = append(k.Projections, one.Projections...)
	}
	return k
}

// atlasOfFile has every English district of the census's own geography, those of April
// 2021, as a district of a council of its own; Gloucestershire's are as they are.
func atlasOfFile(t testing.TB) *geo.Atlas {
	t.Helper()
	rows, err := intake.Open(publishedFile(t, "population/census2021_TS007_single_year_age_ltla.csv"), populationLayouts()[1].Layout)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	tables := geo.Tables{
		Regions:     []geo.Region{{Code: fixture.SouthWest, Name: "England"}},
		Authorities: []geo.Authority{{Code: fixture.Gloucestershire, Name: "Gloucestershire", Region: fixture.SouthWest}},
	}
	seen := map[geo.Code]bool{}
	for row, err := range rows.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		code := row.Code("Lower tier local authorities code")
		if seen[code] || code[0] != 'E' {
			continue
		}
		seen[code] = true
		council := fixture.Gloucestershire
		if code < "E07000078" || code > "E07000083" {
			council = code
			tables.Authorities = append(tables.Authorities, geo.Authority{Code: code, Name: string(code), Region: fixture.SouthWest})
		}
		tables.Districts = append(tables.Districts, geo.District{Code: code, Name: string(code), Authority: council, Region: fixture.SouthWest, Hectares: 1})
	}
	a, err := geo.NewAtlas(tables, period.NewDate(2021, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestImportProjections(t *testing.T) {
	header := "AREA_CODE,AREA_NAME,COMPONENT,SEX,AGE_GROUP,2022,2023,2032\n"
	rows := func(code, sex string, people float64) string {
		var out strings.Builder
		for age := range 90 {
			fmt.Fprintf(&out, "%s,Name,Population,%s,%d,%g,%g,%g\n", code, sex, age, people, people+1, 2*people)
		}
		fmt.Fprintf(&out, "%s,Name,Population,%s,90 and over,%g,%g,%g\n%s,Name,Population,%s,All ages,1,1,1\n", code, sex, people, people+1, 2*people, code, sex)
		return out.String()
	}
	for name, test := range map[string]string{
		"persons":      header + rows("E07000082", "persons", 10.5) + rows("E12000009", "persons", 99) + "E07000082,Name,Births,persons,0,1,1,1\n",
		"by sex":       header + rows("E07000082", "females", 6) + rows("E07000082", "males", 4.5),
		"of two codes": header + rows("E07000082", "persons", 6) + rows("E07009982", "persons", 4.5),
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, storetest.SQLite(t))
			report, err := s.ImportProjections(t.Context(), intake.FromBytes("snpp.csv", []byte(test)), Edition{}, intake.Options{})
			if err != nil || report.Created != 1 {
				t.Fatalf("%+v, %v", report, err)
			}
			p := populationOf(t, s, fixture.Stroud).Projected
			if p.GetSourceId() != "ons-snpp-2022" || p.GetBaseYear() != 2022 || len(p.GetGroups()) != 19 {
				t.Errorf("%s from %d in %d groups", p.GetSourceId(), p.GetBaseYear(), len(p.GetGroups()))
			}
			all := []*marketpositionv1.Projection{p}
			if n, ok := statement.ProjectedPeople(all, need.AgeBand{From: 65, To: 74}, 2022); !ok || n != 105 {
				t.Errorf("%v people aged 65 to 74, %v, want 10 ages of 10.5", n, ok)
			}
			if n, ok := statement.ProjectedPeople(all, facts.From(65), 2032); !ok || n != 26*21 {
				t.Errorf("%v people aged 65 and over in 2032, %v", n, ok)
			}
			again, err := s.ImportProjections(t.Context(), intake.FromBytes("snpp.csv", []byte(test)), Edition{}, intake.Options{})
			if err != nil || again.Unchanged != 1 {
				t.Errorf("imported again: %+v, %v", again, err)
			}
		})
	}
}

func TestImportProjectionsNamesEveryFault(t *testing.T) {
	s := start(t, storetest.SQLite(t))
	const header = "AREA_CODE,AREA_NAME,COMPONENT,SEX,AGE_GROUP,2022,2023\n"
	for name, test := range map[string]struct{ file, want string }{
		"no year":          {"AREA_CODE,AREA_NAME,COMPONENT,SEX,AGE_GROUP\n", "has no column of a year"},
		"no number":        {header + "E07000082,Stroud,Population,persons,65+,x,y\n", `row 2: 2022: "x" is not a number; 2023: "y" is not a number`},
		"less than nobody": {header + "E07000082,Stroud,Population,persons,65+,-1,1\n", "-1 is no number of people"},
		"no age, no sex":   {header + "E07000082,Stroud,Population,both,old,1,1\n", `SEX: "both" is none of persons, males, females; AGE_GROUP: "old" is not an age`},
		"no code":          {header + ",Stroud,Population,persons,65+,1,1\n", "row 2: AREA_CODE: is empty"},
		"no district":      {header + "E07009999,Nowhere,Population,persons,65+,1,1\n", "E07009999 is no district"},
		"twice":            {header + strings.Repeat("E07000082,Stroud,Population,persons,65+,1,1\n", 2), "row 3: ages 65+ in 2022 stand in an earlier row too"},
		"a hole":           {header + "E07000082,Stroud,Population,persons,65-69,1,1\nE07000082,Stroud,Population,persons,75+,1,1\n", "ages 70 to 74 are missing"},
		"one sex":          {header + "E07000082,Stroud,Population,males,65+,1,1\n", "not projected for both sexes"},
		"ragged": {
			"ONSLACode,Year,PopAge6574,PopAge7584,PopAge85pl\nE07000082,2014,1,1,1\nE07000082,year,1,1,\n",
			`row 3: Year: "year" is not a whole number of at least 0; PopAge85pl: is empty`,
		},
	} {
		_, err := s.ImportProjections(t.Context(), intake.FromBytes("x.csv", []byte(test.file)), Edition{}, intake.Options{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want it to say %q", name, err, test.want)
		}
	}
}

// TestPublishedProjections reads the published file: it gives what the seeds carry over.
func TestPublishedProjections(t *testing.T) {
	s := start(t, storetest.SQLite(t), func(c *Config) { c.Atlas = atlasOfFile(t) })
	report, err := s.ImportProjections(t.Context(), publishedFile(t, "population/ons_snpp2012based_lad_65_74_75_84_85plus_2014_2037.csv"), Edition{},
		intake.Options{Partial: true})
	if err != nil {
		t.Fatal(err)
	}
	// Districts that were no more in April 2021 are not in this test's atlas.
	for _, r := range report.RejectedFirst {
		if !strings.Contains(r.String(), "is no district of England") {
			t.Error(r)
		}
	}
	want := seededKnown(t).Projections
	got := knownIn(t, s, gloucestershire(t)).Projections
	if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
		t.Errorf("(-seeds +file)\n%s", diff)
	}
}

func TestPublishedBoundaries(t *testing.T) {
	s := start(t, storetest.SQLite(t))
	report, err := s.ImportBoundaries(t.Context(), publishedFile(t, "boundaries/geographr_boundaries_ltla24_glos_llr.geojson"), intake.Options{})
	if err != nil || report.Created != 8 || report.Skipped != 7 || len(report.Notes) != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	locator, err := s.Locator(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if placed, err := locator.Place(geo.Point{Latitude: 51.745, Longitude: -2.216}, ""); err != nil || placed.District != fixture.Stroud {
		t.Errorf("Stroud's town is in %v, %v", placed.District, err)
	}
}

func TestParseAges(t *testing.T) {
	for text, want := range map[string]need.AgeBand{
		"Aged under 1 year": {From: 0, To: 0}, "Aged 1 year": {From: 1, To: 1}, "Aged 42 years": {From: 42, To: 42},
		"Aged 100 years and over": facts.From(100), "90 and over": facts.From(90), "90+": facts.From(90), "Age 90+": facts.From(90), "Aged 65 or over": facts.From(65),
		"Age 65 - 69": {From: 65, To: 69}, "Aged 0 to 4 years": {From: 0, To: 4}, "65–74": {From: 65, To: 74}, "Under 16": {From: 0, To: 15}, " 7 ": {From: 7, To: 7},
	} {
		if band, all, err := parseAges(text); err != nil || all || band != want {
			t.Errorf("%q is %v, %v, %v", text, band, all, err)
		}
	}
	for _, text := range []string{"All Ages", "Total", "All categories: Age", "total population"} {
		if _, all, err := parseAges(text); err != nil || !all {
			t.Errorf("%q is not everyone: %v", text, err)
		}
	}
	for _, text := range []string{"", "old", "Median age", "69-65", "-1", "1234", "E07000082", "2023-24-25"} {
		if band, all, err := parseAges(text); err == nil {
			t.Errorf("%q is %v, %v", text, band, all)
		}
	}
}

func TestFinest(t *testing.T) {
	band := func(from, to int) need.AgeBand { return need.AgeBand{From: from, To: to} }
	for name, test := range map[string]struct {
		bands, want []need.AgeBand
		why         string
	}{
		"single years beside groups": {[]need.AgeBand{facts.From(0), band(0, 1), band(1, 1), facts.From(2), band(0, 0)}, []need.AgeBand{band(0, 0), band(1, 1), facts.From(2)}, ""},
		"groups only":                {[]need.AgeBand{facts.From(16), band(0, 15)}, []need.AgeBand{band(0, 15), facts.From(16)}, ""},
		"a hole":                     {[]need.AgeBand{band(0, 4), facts.From(6)}, []need.AgeBand{band(0, 4), facts.From(6)}, "ages 5 to 5 are missing"},
		"no end":                     {[]need.AgeBand{band(0, 4)}, []need.AgeBand{band(0, 4)}, "ages over 4 are missing"},
		"nothing":                    {nil, nil, "there is no age"},
	} {
		got, why := finest(test.bands)
		if !cmp.Equal(test.want, got) || why != test.why {
			t.Errorf("%s: %v, %q", name, got, why)
		}
	}
}
