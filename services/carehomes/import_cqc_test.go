package carehomes

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/cqc"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

var directory2026 = &commonv1.Source{
	Id: "cqc-2026-04", Kind: commonv1.SourceKind_SOURCE_KIND_REGISTER, Title: "CQC care directory with filters",
	Edition: "April 2026", Licence: "Open Government Licence v3.0",
}

// shared finds a published file beside the project, or skips the test.
func shared(t testing.TB, path string) string {
	t.Helper()
	full := filepath.Join("..", "..", "..", "shared", "data", filepath.FromSlash(path))
	if _, err := os.Stat(full); err != nil {
		t.Skipf("%s is not beside the project", path)
	}
	return full
}

// england is every district of the published lookup, with its published outline.
// Those of London are marked.
func england(t testing.TB) (*geo.Atlas, *geo.Locator, map[string]bool) {
	t.Helper()
	src, err := intake.FromPath(shared(t, "geography/geographr_lookup_ltla23_region23.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := intake.Open(src, intake.Layout{Name: "lookup", Columns: []string{"ltla23_name", "ltla23_code", "region23_name", "region23_code"}})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var tables geo.Tables
	regions, capital := map[geo.Code]bool{}, map[string]bool{}
	for row, err := range rows.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		code, region := row.Code("ltla23_code"), row.Code("region23_code")
		if !regions[region] {
			regions[region] = true
			tables.Regions = append(tables.Regions, geo.Region{Code: region, Name: row.Text("region23_name")})
		}
		capital["districts/"+string(code)] = row.Text("region23_name") == "London"
		tables.Authorities = append(tables.Authorities, geo.Authority{Code: code, Name: row.Text("ltla23_name"), Region: region})
		tables.Districts = append(tables.Districts, geo.District{Code: code, Name: row.Text("ltla23_name"), Authority: code, Region: region, Hectares: 1})
	}
	atlas, err := geo.NewAtlas(tables, period.NewDate(2024, 4, 1))
	if err != nil {
		t.Fatal(err)
	}
	outlines, err := os.ReadFile(shared(t, "boundaries/geographr_boundaries_ltla24_england.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	boundaries, err := geo.ParseBoundaries(outlines, atlas)
	if err != nil {
		t.Fatal(err)
	}
	return atlas, geo.NewLocator(atlas, boundaries), capital
}

func TestPublishedSampleOfTheDirectory(t *testing.T) {
	atlas, locate, capital := england(t)
	src, err := intake.FromPath(shared(t, "cqc/hsca_active_locations_sample_100.csv"))
	if err != nil {
		t.Fatal(err)
	}
	storetest.Engines(t, func(t *testing.T, url string) {
		d := openIn(t, url, atlas)
		report := must(ImportCQC(d.ctx, d.server.Book(), locate, src, directory2026, intake.Options{}))(t)
		if report.Created != 100 || report.Rejected != 0 || report.Rows != 100 {
			t.Fatalf("report %+v", report)
		}
		homes := must(d.ListCareHomes(d.ctx, &carehomesv1.ListCareHomesRequest{PageSize: 1000}))(t).GetCareHomes()
		beds := int32(0)
		for _, h := range homes {
			beds += h.GetRegisteredBeds()
			if !capital[h.GetDistrict()] {
				t.Errorf("%s stands in %s", h.GetTitle(), h.GetDistrict())
			}
		}
		if len(homes) != 100 || beds != 1681 {
			t.Errorf("%d homes with %d beds, want 100 with 1,681", len(homes), beds)
		}
		again := must(ImportCQC(d.ctx, d.server.Book(), locate, src, directory2026, intake.Options{}))(t)
		if again.Unchanged != 100 || again.Created+again.Updated != 0 || again.Revision != report.Revision {
			t.Errorf("run twice: %+v, after %+v", again, report)
		}
	})
}

// inDirectory is a table of the directory's columns with one row for each map.
func inDirectory(rows ...map[string]string) []byte {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	header := cqc.Layout().Columns
	_ = w.WriteAll(append([][]string{{"Care Quality Commission"}, {}, header}, cells(header, rows)...))
	return out.Bytes()
}

func cells(header []string, rows []map[string]string) [][]string {
	table := make([][]string, len(rows))
	for i, row := range rows {
		for _, column := range header {
			table[i] = append(table[i], row[column])
		}
	}
	return table
}

// inRow is a sound row of the directory, changed by pairs of column and cell.
func inRow(id string, pairs ...string) map[string]string {
	row := map[string]string{
		"Location ID": id, "Location HSCA start date": "02/03/2011", "Care home?": "Y", "Location Name": "The Elms",
		"Care homes beds": "24", "Location Latest Overall Rating": "Requires improvement", "Publication Date": "05/06/2023",
		"Location Street Address": "1 High Street", "Location City": "Stroud", "Location Postal Code": "gl54ab",
		"Brand Name": "BRAND Elm Group", "Provider ID": "1-100", "Provider Name": "Elm Care Limited",
		"Service type - Care home service with nursing": "Y", "Service user band - Dementia": "Y", "Service user band - Younger Adults": "Y",
	}
	for i := 0; i < len(pairs); i += 2 {
		row[pairs[i]] = pairs[i+1]
	}
	return row
}

func (d *desk) importCQC(t testing.TB, opts intake.Options, rows ...map[string]string) (intake.Report, error) {
	t.Helper()
	return ImportCQC(d.ctx, d.server.Book(), geo.NewLocator(booktest.Atlas(t), nil), intake.FromBytes("d.csv", inDirectory(rows...)), directory2026, opts)
}

func TestDirectoryRowBecomesAHome(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	report := must(d.importCQC(t, intake.Options{}, inRow("1-1"), inRow("1-2", "Care home?", "N"), inRow("1-3", "Care home?", "")))(t)
	if report.Created != 1 || report.Skipped != 2 {
		t.Errorf("report %+v", report)
	}
	got := must(d.server.Book().Get(d.ctx, "1-1"))(t)
	wanted := &carehomesv1.CareHome{
		Name: "careHomes/1-1", Title: "The Elms", Provider: "providers/1-100", ProviderTitle: "Elm Care Limited", Brand: "Elm Group",
		District: "districts/" + booktest.Stroud, Placement: &commonv1.Placement{Method: commonv1.PlacementMethod_PLACEMENT_METHOD_OUTWARD_CODE},
		Postcode: "GL5 4AB", Address: "1 High Street, Stroud", RegisteredBeds: 24,
		Services:  []carehomesv1.CareHomeService{carehomesv1.CareHomeService_CARE_HOME_SERVICE_NURSING},
		UserBands: []carehomesv1.UserBand{carehomesv1.UserBand_USER_BAND_DEMENTIA, carehomesv1.UserBand_USER_BAND_YOUNGER_ADULTS},
		Rating:    carehomesv1.Rating_RATING_REQUIRES_IMPROVEMENT, RatingDate: "2023-06-05", RegisteredOn: "2011-03-02", SourceId: "cqc-2026-04",
	}
	got.Revision, got.RecordedAt = 0, nil
	if diff := cmp.Diff(wanted.String(), got.String()); diff != "" {
		t.Errorf("home (-want +got)\n%s", diff)
	}
}

func TestDirectoryRejectsWithReasons(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	rows := []map[string]string{
		inRow("1-1"),
		inRow("1-2", "Location Postal Code", "", "Location Latest Overall Rating", "Splendid", "Care homes beds", "many"),
		inRow("1-1", "Location Name", "The Elms again"),
		inRow("", "Location Latitude", "51.7"),
		inRow("x-1", "Service user band - Dementia", "maybe", "Publication Date", "06/25/2023"),
	}
	var written bytes.Buffer
	report, err := d.importCQC(t, intake.Options{Rejects: &written}, rows...)
	if err == nil || report.Created != 0 || report.Rejected != 4 {
		t.Fatalf("%v, %+v", err, report)
	}
	if got := d.list(t, &carehomesv1.ListCareHomesRequest{}); len(got) != 0 {
		t.Errorf("kept all the same: %v", got)
	}
	if n := strings.Count(written.String(), "\n"); n != 5 {
		t.Errorf("%d lines of rejects:\n%s", n, written.String())
	}
	report = must(d.importCQC(t, intake.Options{Partial: true}, rows...))(t)
	var got []string
	for _, r := range report.RejectedFirst {
		for _, f := range r.Faults {
			got = append(got, f.Field)
		}
	}
	// The whole row where a home stands in no district.
	wanted := []string{
		"Location Latest Overall Rating", "Care homes beds", "", "Location ID", "Location ID", "Location Latitude",
		"Publication Date", "Service user band - Dementia",
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("faults (-want +got)\n%s", diff)
	}
	if report.Created != 1 {
		t.Errorf("report %+v", report)
	}
}

func TestDirectoryAsAWorkbook(t *testing.T) {
	book := excelize.NewFile()
	defer book.Close()
	header := cqc.Layout().Columns
	for i, line := range append([][]string{{"Care Quality Commission"}, header}, cells(header, []map[string]string{inRow("1-1")})...) {
		if err := book.SetSheetRow("Sheet1", "A"+string('1'+rune(i)), &line); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := book.Write(&file); err != nil {
		t.Fatal(err)
	}
	d := open(t, storetest.SQLite(t))
	report := must(ImportCQC(d.ctx, d.server.Book(), geo.NewLocator(booktest.Atlas(t), nil), intake.FromBytes("d.xlsx", file.Bytes()), directory2026, intake.Options{}))(t)
	if report.Created != 1 {
		t.Errorf("report %+v", report)
	}
}

func TestDirectoryKeepsWhatItDoesNotSay(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	h := home("1-1", "1-100", 40)
	h.Predecessor = "careHomes/1-7"
	d.register(t, h)
	must(d.importCQC(t, intake.Options{}, inRow("1-1", "Provider ID", "", "Provider Name", "", "Brand Name", "-")))(t)
	got := must(d.server.Book().Get(d.ctx, "1-1"))(t)
	if got.GetPredecessor() != "careHomes/1-7" || got.GetProvider() != "" || got.GetBrand() != "" || group(got) != "careHomes/1-1" {
		t.Errorf("home %v", got)
	}
}

func FuzzImportCQC(f *testing.F) {
	f.Add(inDirectory(inRow("1-1"), inRow("1-2", "Care home?", "N")))
	f.Add(inDirectory(inRow("1-1", "Location Latitude", "NaN", "Location Longitude", "999")))
	f.Add([]byte("Location ID,\xff\n"))
	d := open(f, storetest.SQLite(f))
	locate := geo.NewLocator(booktest.Atlas(f), nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		report, err := ImportCQC(t.Context(), d.server.Book(), locate, intake.FromBytes("d.csv", data), directory2026, intake.Options{Partial: true})
		if err != nil {
			return
		}
		if done := report.Created + report.Updated + report.Unchanged + report.Skipped + report.Rejected; done != report.Rows {
			t.Errorf("%d of %d rows are accounted for: %+v", done, report.Rows, report)
		}
	})
}
