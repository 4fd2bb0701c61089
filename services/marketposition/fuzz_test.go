package marketposition

import (
	"math"
	"testing"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

// Whatever a file holds, what is taken of it is sound, and as many rows are accounted for
// as were read.

func FuzzImportPopulation(f *testing.F) {
	f.Add([]byte(censusHeader + ages("E07000082,Stroud,0,AGE,%d", 100, same(10))))
	f.Add([]byte("DATE,GEOGRAPHY_CODE,GEOGRAPHY_NAME,C_SEX_NAME,C_AGE_NAME,OBS_VALUE\n2023,E07000082,Stroud,Male,Aged 0 to 4,1\n2023,E07000082,Stroud,Female,5+,1\n"))
	f.Add([]byte("DATE,GEOGRAPHY_CODE,GEOGRAPHY_NAME,0-64,65+\n2023,E07000082,Stroud,1,2\n2023,E07009982,Old,3,4\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, layout, err := openPopulation(intake.FromBytes("f.csv", data), Edition{})
		if err != nil {
			return
		}
		defer rows.Close()
		in := populationImport{server: &Server{atlas: fixture.Atlas(t)}, layout: layout, rejects: intake.NewRejects(nil), tables: map[populationKey]*populationTable{}}
		facts, err := in.read(t.Context(), rows, intake.Options{Partial: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range facts.GetPopulations() {
			var faults errs.Collector
			checkPopulation(&faults, p)
			if err := faults.Err(); err != nil {
				t.Errorf("%v: %v", p, err)
			}
		}
		if in.report.Skipped > in.report.Rows || in.report.Rejected > in.report.Rows+len(in.tables) {
			t.Errorf("%+v", in.report)
		}
	})
}

func FuzzImportProjections(f *testing.F) {
	f.Add([]byte("AREA_CODE,AREA_NAME,COMPONENT,SEX,AGE_GROUP,2022,2023\nE07000082,Stroud,Population,persons,65+,1,1.5\n"))
	f.Add([]byte("ONSLACode,Year,PopAge6574,PopAge7584,PopAge85pl\nE07000082/E07000083,2014,1,2,3\nE07009982,2014,1,2,3\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := intake.Open(intake.FromBytes("f.csv", data), layoutSNPP, layoutSNPP2012)
		if err != nil {
			return
		}
		defer rows.Close()
		in := projectionImport{
			server: &Server{atlas: fixture.Atlas(t)}, rejects: intake.NewRejects(nil), tables: map[string]*projectionTable{}, years: yearColumns(rows.Header),
		}
		facts, err := in.read(t.Context(), rows, intake.Options{Partial: true})
		if err != nil {
			return
		}
		for _, p := range facts.GetProjections() {
			var faults errs.Collector
			checkProjection(&faults, p)
			if err := faults.Err(); err != nil {
				t.Errorf("%v: %v", p, err)
			}
		}
	})
}

func FuzzParseAges(f *testing.F) {
	for _, text := range []string{"Aged 65 to 69", "90+", "under 1", "All ages", "Aged 100 years and over"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		band, all, err := parseAges(text)
		if err == nil && !all && (band.From < 0 || band.To < band.From || (band.To > 999 && band.To != math.MaxInt32)) {
			t.Errorf("%q is %v", text, band)
		}
	})
}
