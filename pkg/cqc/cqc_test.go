package cqc_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/cqc"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
)

// read reads one row of a directory that has these cells, and the columns it is said to
// be wrong in.
func read(t testing.TB, cells map[string]string) (cqc.Location, []string) {
	t.Helper()
	var header, line []string
	for _, column := range cqc.Layout().Columns {
		header = append(header, `"`+column+`"`)
		line = append(line, `"`+cells[column]+`"`)
	}
	rows, err := intake.Open(intake.FromBytes("d.csv", []byte(strings.Join(header, ",")+"\n"+strings.Join(line, ",")+",x\n")), cqc.Layout())
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	rejects := intake.NewRejects(nil)
	var l cqc.Location
	for row, err := range rows.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		l = cqc.Read(row)
		if row.Faulty() {
			rejects.Add(row)
		}
	}
	var wrong []string
	for _, r := range rejects.First {
		for _, f := range r.Faults {
			wrong = append(wrong, f.Field)
		}
	}
	return l, wrong
}

func TestRead(t *testing.T) {
	l, wrong := read(t, map[string]string{
		"Location ID": "1-1", "Location Name": "The Elms", "Location HSCA start date": "02/03/2011", "Dormant (Y/N)": "y",
		"Location Latest Overall Rating": "Inspected but not rated", "Publication Date": "13/12/2023", "Location Postal Code": " gl5  4ab ",
		"Location Street Address": "1 High Street", "Location County": "Gloucestershire", "Location Latitude": "51.7", "Location Longitude": "-2.2",
		"Brand Name": "BRAND Elm Group", "Provider ID": "1-9", "Provider Name": "Elm Care",
		"Service type - Care home service without nursing": "Y", "Service user band - Children 0-18 years": "Y", "Service user band - Younger Adults": "Y",
	})
	want := cqc.Location{
		ID: "1-1", Title: "The Elms", Dormant: true, Rating: cqc.InsufficientEvidence, Registered: "2011-03-02", RatingDate: "2023-12-13",
		Address: "1 High Street, Gloucestershire", Postcode: "GL5 4AB", Point: geo.Point{Latitude: 51.7, Longitude: -2.2},
		Brand: "Elm Group", Provider: "1-9", ProviderTitle: "Elm Care", Residential: true,
	}
	want.Bands[0], want.Bands[len(want.Bands)-1] = true, true
	if diff := cmp.Diff(want, l); diff != "" || wrong != nil {
		t.Errorf("location (-want +got), wrong in %v\n%s", wrong, diff)
	}
}

func TestReadNamesEveryFault(t *testing.T) {
	_, wrong := read(t, map[string]string{
		"Dormant (Y/N)": "perhaps", "Location HSCA start date": "12/31/2011", "Location Latest Overall Rating": "Splendid",
		"Location Latitude": "51.7", "Service type - Care home service with nursing": "1",
	})
	want := []string{
		"Location ID", "Location Name", "Dormant (Y/N)", "Location HSCA start date", "Location Latest Overall Rating",
		"Location Latitude", "Service type - Care home service with nursing",
	}
	if diff := cmp.Diff(want, wrong); diff != "" {
		t.Errorf("faults (-want +got)\n%s", diff)
	}
}

func TestRatingsInCQCsWords(t *testing.T) {
	for text, want := range map[string]cqc.Rating{
		"": cqc.Unrated, "Outstanding": cqc.Outstanding, "GOOD": cqc.Good, "Requires improvement": cqc.RequiresImprovement,
		"Inadequate": cqc.Inadequate, "Insufficient evidence to rate": cqc.InsufficientEvidence, "No published rating": cqc.NoPublishedRating,
	} {
		l, wrong := read(t, map[string]string{"Location ID": "1-1", "Location Name": "x", "Location Latest Overall Rating": text})
		if l.Rating != want || wrong != nil {
			t.Errorf("%q is %d, wrong in %v", text, l.Rating, wrong)
		}
	}
}

// Nothing of persons is read: of the columns that CQC publishes about them, none is asked
// for.
func TestPersonsAreNotRead(t *testing.T) {
	for _, column := range cqc.Layout().Columns {
		for _, word := range []string{"manager", "Individual", "Partner", "Telephone"} {
			if strings.Contains(column, word) {
				t.Errorf("%s is read", column)
			}
		}
	}
}

func TestColumnsAreThoseThatCQCPublishes(t *testing.T) {
	path := filepath.Join("..", "..", "..", "shared", "data", "cqc", "hsca_active_locations_EMPTY_template.csv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skip("the published template is not beside the project")
	}
	rows, err := intake.Open(intake.FromBytes("t.csv", text), cqc.Layout())
	if err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		t.Error(err)
	}
	for _, field := range []string{"name", "title", "provider", "postcode", "latitude", "registered_beds", "rating_date"} {
		if !rows.Has(cqc.Column(field)) {
			t.Errorf("%s is read from %q, which CQC does not publish", field, cqc.Column(field))
		}
	}
}
