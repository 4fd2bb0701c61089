package marketposition

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/intake"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

// A population written as Nomis writes it is read as it was, in whatever order its rows
// stand and whatever sums stand among them.
func TestAFileIsReadAsItWasWritten(t *testing.T) {
	server := &Server{atlas: fixture.Atlas(t)}
	rapid.Check(t, func(t *rapid.T) {
		counts := fixture.APopulation(t)
		rows := []string{"2023,E07000082,All ages,5"}
		for _, c := range counts {
			text := fmt.Sprintf("Aged %d to %d", c.GetFromAge(), c.GetToAge())
			switch {
			case c.GetOpen():
				text = fmt.Sprintf("Aged %d+", c.GetFromAge())
			case c.GetFromAge() == c.GetToAge():
				text = fmt.Sprintf("Age %d", c.GetFromAge())
			}
			rows = append(rows, fmt.Sprintf("2023,E07000082,%s,%d", text, c.GetPeople()))
		}
		text := "DATE,GEOGRAPHY_CODE,C_AGE_NAME,OBS_VALUE\n" + strings.Join(rapid.Permutation(rows).Draw(t, "rows"), "\n")
		opened, layout, err := openPopulation(intake.FromBytes("nomis.csv", []byte(text)), Edition{})
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		in := populationImport{server: server, layout: layout, rejects: intake.NewRejects(nil), tables: map[populationKey]*populationTable{}}
		facts, err := in.read(t.Context(), opened, intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := []*marketpositionv1.Population{{District: string(fixture.Stroud), SourceId: "ons-mid-year-estimates-2023", AsAt: "2023-06-30", Counts: counts}}
		if diff := cmp.Diff(want, facts.GetPopulations(), protocmp.Transform()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A workbook is read as the CSV is.
func TestImportPopulationFromAWorkbook(t *testing.T) {
	book := excelize.NewFile()
	if _, err := book.NewSheet("Data"); err != nil {
		t.Fatal(err)
	}
	rows := [][]any{{"Census 2021"}, {"Lower Tier Local Authorities Code", "Age (101 categories)", "Observation"}}
	for age := range 101 {
		text := fmt.Sprintf("Aged %d years", age)
		if age == 100 {
			text = "Aged 100 years and over"
		}
		rows = append(rows, []any{"E07000082", text, 10})
	}
	for i, cells := range rows {
		if err := book.SetSheetRow("Data", fmt.Sprintf("A%d", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	s := loaded(t)
	report, err := s.ImportPopulation(t.Context(), intake.FromBytes("census.xlsx", out.Bytes()), Edition{}, intake.Options{})
	// The seeds have this edition of Stroud by broader ages: the file replaces it.
	if err != nil || report.Rows != 101 || report.Updated != 1 || report.Created != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	if n, ok := facts.Counted(populationOf(t, s, fixture.Stroud).All, bothSexes, facts.From(75)); !ok || n != 260 {
		t.Errorf("%v people aged 75 and over, %v", n, ok)
	}
}
