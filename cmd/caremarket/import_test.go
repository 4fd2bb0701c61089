package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// write makes a file of that name in a folder of its own.
func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Each kind of file goes to its own reader: given a file that is none, every command names
// columns that only its own kind has.
func TestEachImportReadsItsOwnKind(t *testing.T) {
	data := t.TempDir()
	file := write(t, "other.csv", "colour\nred\n")
	for command, want := range map[string]string{
		"cqc":                     "Location ID",
		"population":              "Census 2021 TS007",
		"projections":             "AREA_CODE",
		"boundaries":              "GeoJSON",
		"zones":                   "authority",
		"returns carehomes":       "care_home",
		"returns homecare":        "home_care_branch",
		"returns housingwithcare": "housing_scheme",
		"returns workforce":       "employer",
	} {
		_, err := call(t, append(append([]string{"import"}, strings.Fields(command)...), file, "--data", data)...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("import %s: %v, want it to name %q", command, err, want)
		}
	}
	for name, revision := range revisions(t, data) {
		if revision != 0 {
			t.Errorf("%s stands at %d", name, revision)
		}
	}
}

// The sound rows of a return's file are kept with --partial, the others written where
// --rejects says with their reasons.
func TestImportReturnsInPart(t *testing.T) {
	data := t.TempDir()
	if _, err := call(t, "seed", "--data", data); err != nil {
		t.Fatal(err)
	}
	before := revisions(t, data)
	text := "care_home,as_at,bed_type,maximum,used,reserved,accepting\n1-910700008200017,2026-11-01,general_residential,10,5,0,0\n1-1,2026-11-01,general_residential,10,5,0,0\n"
	file, rejects := write(t, "returns.csv", text), filepath.Join(t.TempDir(), "rejects.csv")
	out, err := call(t, "import", "returns", "carehomes", file, "--data", data, "--partial", "--rejects", rejects)
	if err != nil || !strings.Contains(out, "returns: 2 rows read; 1 new, 0 changed, 0 as before, 0 of no concern, 1 rejected.") || !strings.Contains(out, rejects) {
		t.Errorf("in part: %v\n%s", err, out)
	}
	if written, err := os.ReadFile(rejects); err != nil || !strings.Contains(string(written), "1-1,") || strings.Contains(string(written), "1-910700008200017,") {
		t.Errorf("rejected: %v\n%s", err, written)
	}
	if beside, _ := filepath.Glob(file + ".*"); len(beside) > 0 {
		t.Errorf("beside the file stand %v", beside)
	}
	for name, revision := range revisions(t, data) {
		if want := before[name]; name == "carehomes" && revision != want+1 || name != "carehomes" && revision != want {
			t.Errorf("%s goes from %d to %d", name, want, revision)
		}
	}
	_, err = call(t, "import", "returns", "carehomes", file, "--data", data, "--partial", "--rejects", filepath.Join(rejects, "no-folder"))
	if err == nil || !strings.Contains(err.Error(), "rejected rows") {
		t.Errorf("rejects that cannot be written: %v", err)
	}
}

// Statistics come in by command and cite what the command line says of them.
func TestImportStatistics(t *testing.T) {
	data := t.TempDir()
	var census, projection strings.Builder
	census.WriteString("Lower tier local authorities Code,Lower tier local authorities,Age (101 categories) Code,Age (101 categories),Observation\n")
	projection.WriteString("AREA_CODE,AREA_NAME,COMPONENT,SEX,AGE_GROUP,2022,2032\n")
	for age := range 100 {
		fmt.Fprintf(&census, "E07000082,Stroud,%d,Aged %d years,10\n", age, age)
	}
	census.WriteString("E07000082,Stroud,100,Aged 100 years and over,10\n")
	for age := range 90 {
		fmt.Fprintf(&projection, "E07000082,Stroud,Population,persons,%d,10,20\n", age)
	}
	projection.WriteString("E07000082,Stroud,Population,persons,90 and over,10,20\n")
	for _, one := range []struct{ command, file, new string }{
		{"population", write(t, "ts007.csv", census.String()), "populations: 101 rows read; 1 new"},
		{"projections", write(t, "snpp.csv", projection.String()), "projections: 91 rows read; 1 new"},
	} {
		for _, want := range []string{one.new, "0 new, 0 changed, 1 as before"} {
			if out, err := call(t, "import", one.command, one.file, "--data", data); err != nil || !strings.Contains(out, want) {
				t.Errorf("%s: %q, %v; want %q", one.command, out, err, want)
			}
		}
		if out, err := call(t, "import", one.command, one.file, "--data", data, "--edition=of-my-own"); err != nil || !strings.Contains(out, "1 new") {
			t.Errorf("%s of another edition: %q, %v", one.command, out, err)
		}
	}
}

// What rows cite is told by the file's name unless the command line says better, in an id
// that every service takes.
func TestSourceOfAFile(t *testing.T) {
	for name, test := range map[string]struct {
		flags       citedFlags
		id, edition string
	}{
		"by its name":    {citedFlags{fileFlags: fileFlags{File: "/data/HSCA Active (1 Nov).2026.csv"}}, "x-hsca-active-1-nov-.2026", "HSCA Active (1 Nov).2026"},
		"as told":        {citedFlags{fileFlags: fileFlags{File: "a.csv"}, Edition: "Mid-2023"}, "x-mid-2023", "Mid-2023"},
		"no longer than": {citedFlags{Edition: strings.Repeat("e", 200)}, "x-" + strings.Repeat("e", 78), strings.Repeat("e", 200)},
	} {
		test.flags.Licence = "of its own"
		got := test.flags.source("x", commonv1.SourceKind_SOURCE_KIND_REGISTER, "Title", "Publisher", "April 2026")
		if got.GetId() != test.id || got.GetEdition() != test.edition || got.GetAsAt() != "April 2026" || got.GetLicence() != "of its own" || got.GetKind() != commonv1.SourceKind_SOURCE_KIND_REGISTER {
			t.Errorf("%s: %v", name, got)
		}
	}
}
