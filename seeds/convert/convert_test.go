package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const (
	beside    = "../../../shared/data"
	committed = "../england"
)

// TestTheFilesAreThePublishedFigures makes the files anew from the publishers'
// own and compares them with those that stand in seeds/england.
func TestTheFilesAreThePublishedFigures(t *testing.T) {
	if _, err := os.Stat(beside); err != nil {
		t.Skip("the published files are not beside the project, at ../shared/data")
	}
	to := t.TempDir()
	if err := run(os.DirFS(beside), to); err != nil {
		t.Fatal(err)
	}
	made, err := os.ReadDir(to)
	if err != nil {
		t.Fatal(err)
	}
	const filesMade = 12
	if len(made) != filesMade {
		t.Errorf("%d files were made, want %d", len(made), filesMade)
	}
	for _, file := range made {
		anew := read(t, filepath.Join(to, file.Name()))
		stands := read(t, filepath.Join(committed, file.Name()))
		if diff := cmp.Diff(strings.Split(stands, "\n"), strings.Split(anew, "\n")); diff != "" {
			t.Errorf("%s (-stands +made anew):\n%s", file.Name(), diff)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestConvertNamesWhatIsMissing(t *testing.T) {
	_, err := convert(fstest.MapFS{
		"prevalence/cfas2_dementia_reference_rates.csv": {Data: []byte("AgeBand,Sex\n65-69,Male\n")},
	})
	if err == nil {
		t.Fatal("converted nothing into something")
	}
	for _, want := range []string{
		"geography/LTLA23_UTLA23_EW.csv", "population/census2021_TS007_single_year_age_ltla.csv", "outcomes/Table_6a.csv",
		"prevalence/cfas2_dementia_reference_rates.csv: no header row",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say: %s", want)
		}
	}
}

// land is a lookup of two districts, one of which was merged from two in 2019.
func land() geography {
	row := func(before, after string, from int) codes {
		var land codes
		for year := firstYear; year <= lastYear; year++ {
			code := before
			if year >= from {
				code = after
			}
			land.code, land.name = append(land.code, code), append(land.name, "Name of "+code)
		}
		return land
	}
	return geography{
		tiers: []tier{
			{"E07000001", "Shire", "E10000001", "County"},
			{"E06000058", "Merged", "E06000058", "Merged"},
		},
		history: []codes{
			row("E07000001", "E07000001", lastYear+1),
			row("E06000028", "E06000058", 2019),
			row("E06000029", "E06000058", 2019),
		},
	}
}

func TestAFormerDistrictIsCountedInItsSuccessor(t *testing.T) {
	counted := land().inPresentDistricts([]censusPeople{
		{group{district: "E06000028"}, 70, 100},
		{group{district: "E06000029"}, 70, 20},
		{group{district: "E07000001"}, 70, 3},
		{group{district: "W06000001"}, 70, 1000},
		{group{district: "E07009999"}, 70, 1000},
	})
	want := people{{district: "E06000058"}: {70: 120}, {district: "E07000001"}: {70: 3}}
	if diff := cmp.Diff(want, counted, cmp.AllowUnexported(group{})); diff != "" {
		t.Error(diff)
	}
}

func TestBegan(t *testing.T) {
	for code, want := range map[string]string{"E06000058": "2019-04-01", "E07000001": "", "E10000001": ""} {
		if got := land().began(code); got != want {
			t.Errorf("%s began %q, want %q", code, got, want)
		}
	}
}

func TestPresentArea(t *testing.T) {
	for published, want := range map[string]string{
		"E06000028": "E06000058", "E08000020": "E08000037", "E07000001/E06000028": "E06000058 E07000001",
		"E10000001": "", "E12000001": "", "E92000001": "", "E07009999": "",
	} {
		if got, ok := land().presentArea(published); got != want || ok != (want != "") {
			t.Errorf("presentArea(%q) = %q, %v, want %q", published, got, ok, want)
		}
	}
}

func TestDistrictsNow(t *testing.T) {
	for council, want := range map[string]string{
		"E10000001": "E07000001", "E06000029": "E06000058", "E10000021": "E06000061 E06000062", "E10009999": "",
	} {
		if got := land().districtsNow(council); got != want {
			t.Errorf("on the ground of %s lie %q, want %q", council, got, want)
		}
	}
}

func TestPercentage(t *testing.T) {
	for text, want := range map[string]turnover{
		"24.8": {"E92000001", "2023-24", "24.8", given, "source"},
		"":     {"E92000001", "2023-24", "", notAvailable, "source"},
		"[x]":  {"E92000001", "2023-24", "", notAvailable, "source"},
		"[c]":  {"E92000001", "2023-24", "", suppressed, "source"},
	} {
		if got := percentage("E92000001", 2023, text, "source"); got != want {
			t.Errorf("percentage %q = %+v, want %+v", text, got, want)
		}
	}
}
