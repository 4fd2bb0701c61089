package download_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/gateway/download"
	"github.com/caremarket/caremarket/gateway/internal/fixture"
	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGolden(t *testing.T) {
	tests := map[string]proto.Message{
		"capacity":  fixture.CareHomeCapacity("E07000082", 5),
		"vacancies": vacancies(),
		"returns":   returns(),
		"register": &carehomesv1.ListCareHomesResponse{
			CareHomes: []*carehomesv1.CareHome{home("The Elms"), home("-2+3+cmd|' /C calc'!A0")}, NextPageToken: "more",
		},
		"one":  home("The \"Elms\",\nnew wing"),
		"none": &carehomesv1.ListCareHomesResponse{},
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := download.CSV(answer)
			if err != nil {
				t.Fatal(err)
			}
			file := "testdata/" + name + ".golden.csv"
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

func home(title string) *carehomesv1.CareHome {
	return &carehomesv1.CareHome{
		Name: "careHomes/1-1", Title: title, Provider: "providers/1-2", District: "districts/E07000082",
		Latitude: new(51.745), Longitude: new(-2.216), RegisteredBeds: 40,
		Services:   []carehomesv1.CareHomeService{carehomesv1.CareHomeService_CARE_HOME_SERVICE_NURSING, carehomesv1.CareHomeService_CARE_HOME_SERVICE_RESIDENTIAL},
		Rating:     carehomesv1.Rating_RATING_REQUIRES_IMPROVEMENT,
		Placement:  &commonv1.Placement{Method: commonv1.PlacementMethod_PLACEMENT_METHOD_NEAREST_BOUNDARY, Doubt: "by the water"},
		RecordedAt: fixture.KnownAt(), Revision: 7,
	}
}

func vacancies() *carehomesv1.FindVacanciesResponse {
	return &carehomesv1.FindVacanciesResponse{
		Vacancies: []*carehomesv1.CareHomeVacancy{
			{CareHome: home("The Elms"), BedType: carehomesv1.BedType_BED_TYPE_TRANSITIONAL, Admittable: fixture.Value(2, commonv1.Unit_UNIT_BEDS), DistanceMiles: 1.25},
			{CareHome: home("=Oaks"), BedType: carehomesv1.BedType_BED_TYPE_TRANSITIONAL, Admittable: fixture.Illustrative(1, commonv1.Unit_UNIT_BEDS), DistanceMiles: 3},
		},
		Sources: fixture.Sources(),
	}
}

func returns() *carehomesv1.ListCareHomeReturnsResponse {
	return &carehomesv1.ListCareHomeReturnsResponse{CareHomeReturns: []*carehomesv1.CareHomeReturn{
		{
			Name: "careHomes/1-1/returns/9", CareHome: "careHomes/1-1", AsAt: fixture.AsAt, RecordedAt: fixture.KnownAt(),
			Flags: []carehomesv1.ReturnFlag{carehomesv1.ReturnFlag_RETURN_FLAG_HEADCOUNT_TOO_LARGE},
			Staff: &carehomesv1.StaffReturn{NursesEmployed: 4},
			Beds: []*carehomesv1.BedReturn{
				{BedType: carehomesv1.BedType_BED_TYPE_GENERAL_NURSING, Maximum: 20, Used: 18, Payers: []*carehomesv1.UsedByPayer{
					{Payer: carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, PlacingAuthority: "authorities/E10000018", Used: 3},
				}},
				{BedType: carehomesv1.BedType_BED_TYPE_TRANSITIONAL, Maximum: 2},
			},
		},
		{Name: "careHomes/1-1/returns/8", CareHome: "careHomes/1-1", AsAt: "2026-09-30"},
	}}
}

// read parses what was written, strictly, into rows by column.
func read(t testing.TB, m proto.Message) []map[string]string {
	t.Helper()
	written, err := download.CSV(m)
	if err != nil {
		t.Fatal(err)
	}
	rest, marked := bytes.CutPrefix(written, []byte("\uFEFF"))
	if !marked {
		t.Fatal("it has no byte order mark")
	}
	lines, err := csv.NewReader(bytes.NewReader(rest)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, column := range lines[0] {
			if _, twice := row[column]; twice {
				t.Errorf("two columns are called %q", column)
			}
			row[column] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// Every figure of a statement has its row, in the order of the message, with its own state
// and value.
func TestEveryFigureHasARow(t *testing.T) {
	for name, m := range map[string]proto.Message{
		"district":  fixture.MarketPosition("E07000082", 5),
		"away":      fixture.WithoutHomeCare(fixture.MarketPosition("E07000082", 5)),
		"authority": fixture.AuthorityMarketPosition("E10000013", 5, "E07000081", "E07000082"),
		"checks":    fixture.Reconciliation(),
		"people":    fixture.MarketPosition("E07000082", 5).GetPeople(),
		"history": &carehomesv1.ListDistrictCapacityHistoryResponse{Capacities: []*carehomesv1.CareHomeCapacity{
			fixture.CareHomeCapacity("E07000082", 4), fixture.CareHomeCapacity("E07000082", 5),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			rows := slices.DeleteFunc(read(t, m), func(row map[string]string) bool { return row["measure"] == "availability" })
			i := 0
			figure.Each(m, func(path string, f *commonv1.Figure) {
				if i >= len(rows) {
					i++
					return
				}
				checkRow(t, path, f, rows[i])
				i++
			})
			if i != len(rows) || i == 0 {
				t.Errorf("%d figures in %d rows", i, len(rows))
			}
		})
	}
}

func checkRow(t *testing.T, path string, f *commonv1.Figure, row map[string]string) {
	t.Helper()
	value, has := figure.Value(f)
	read, err := strconv.ParseFloat(row["value"], 64)
	if has != (row["state"] == "value") || has != (row["value"] != "") || has && (err != nil || read != value) {
		t.Errorf("%s: value %v (%t) is written %q, %q", path, value, has, row["state"], row["value"])
	}
	if figure.IsHidden(f) != (row["state"] == "hidden") || figure.IsHidden(f) && row["why"] == "" {
		t.Errorf("%s: hidden %t is written %q, why %q", path, figure.IsHidden(f), row["state"], row["why"])
	}
	if field := path[strings.LastIndex(path, ".")+1:]; row["measure"] != strings.TrimSuffix(field, "[0]") {
		t.Errorf("%s is called %q", path, row["measure"])
	}
	if row["illustrative"] != strconv.FormatBool(f.GetIllustrative()) || row["source_ids"] != strings.Join(f.GetSourceIds(), "; ") {
		t.Errorf("%s: illustrative %q, sources %q", path, row["illustrative"], row["source_ids"])
	}
}

func TestMarketThatIsAwayHasARow(t *testing.T) {
	var states []string
	for _, row := range read(t, fixture.WithoutHomeCare(fixture.MarketPosition("E07000082", 5))) {
		if row["measure"] == "availability" {
			states = append(states, row["table"]+" "+row["state"]+" "+row["why"]+row["value"])
		}
	}
	if diff := cmp.Diff([]string{"home_care unavailable the service does not answer"}, states); diff != "" {
		t.Error(diff)
	}
}

func TestKeysAreInherited(t *testing.T) {
	rows := read(t, &marketpositionv1.AuthorityMarketPosition{
		Name: "authorities/E10000013/marketPosition", Districts: []*marketpositionv1.MarketPosition{fixture.MarketPosition("E07000082", 5)},
	})
	found := false
	for _, row := range rows {
		if row["table"] == "districts.care_homes.capacity.bed_types.use" && row["bed_type"] == "TRANSITIONAL" && row["measure"] == "used" {
			found = true
			if row["name"] != "districts/E07000082/careHomeCapacity" || row["value"] != "" || row["why"] != "SMALL_NUMBER" || row["payer"] != "" {
				t.Errorf("the row is %v", row)
			}
		}
	}
	if !found {
		t.Error("there is no such row")
	}
}

// A history is told apart by its days, in the columns of a single day.
func TestHistoriesHaveTheColumnsOfADay(t *testing.T) {
	day := fixture.CareHomeCapacity("E07000082", 5)
	one := read(t, day)
	history := read(t, &carehomesv1.ListDistrictCapacityHistoryResponse{Capacities: []*carehomesv1.CareHomeCapacity{day}})
	for i := range history {
		history[i]["table"] = one[i]["table"]
	}
	if diff := cmp.Diff(one, history); diff != "" {
		t.Error(diff)
	}
}

// Whatever a text is, it comes back as it was, save for an apostrophe before what a
// spreadsheet would take for a formula.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"", "plain", "=1+1", "-5", "+44 1452", "@sum", "\t=x", "a,\"b\"\r\nc", "ünïcode", "'quoted", "＝1", "\uFEFFmark"} {
		f.Add(seed, 1.5)
	}
	f.Fuzz(func(t *testing.T, text string, value float64) {
		text = strings.ToValidUTF8(text, "")
		formula := fixture.Value(value, commonv1.Unit_UNIT_BEDS)
		formula.Formula = text
		capacity := &carehomesv1.CareHomeCapacity{Homes: formula, RegisteredBeds: &commonv1.Figure{
			State: &commonv1.Figure_NotEnoughData{NotEnoughData: &commonv1.NotEnoughData{Why: text}},
		}}
		rows := read(t, capacity)
		want := strings.ReplaceAll(text, "\r", "")
		for _, start := range []string{"=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"} {
			if strings.HasPrefix(want, start) {
				want = "'" + want
				break
			}
		}
		for _, got := range []string{rows[0]["formula"], rows[1]["why"]} {
			if got != want {
				t.Errorf("%q comes back as %q, not %q", text, got, want)
			}
		}
		if read, err := strconv.ParseFloat(rows[0]["value"], 64); value == value && (err != nil || read != value) {
			t.Errorf("%v comes back as %q", value, rows[0]["value"])
		}
		if rows[1]["value"] != "" {
			t.Errorf("no value comes back as %q", rows[1]["value"])
		}
	})
}
