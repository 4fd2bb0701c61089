package intake_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
	"github.com/caremarket/caremarket/pkg/period"
)

var homes = intake.Layout{Name: "homes", Columns: []string{"Location ID", "Beds"}}

func table(text string) intake.Source { return intake.FromBytes("homes.csv", []byte(text)) }

// workbook makes an XLSX of sheets, each of rows of cells.
func workbook(t testing.TB, sheets ...[][]any) intake.Source {
	t.Helper()
	book := excelize.NewFile()
	for i, rows := range sheets {
		name := []string{"Sheet1", "Data", "More"}[i]
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for n, cells := range rows {
			at, err := excelize.CoordinatesToCellName(1, n+1)
			if err != nil {
				t.Fatal(err)
			}
			if err := book.SetSheetRow(name, at, &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return intake.FromBytes("homes.xlsx", out.Bytes())
}

type home struct {
	Line int
	ID   string
	Beds int
}

// read returns the sound homes of a file and collects the others.
func read(t testing.TB, source intake.Source, rejects *intake.Rejects) []home {
	t.Helper()
	rows, err := intake.Open(source, homes)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []home
	for row, err := range rows.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		one := home{Line: row.Number(), ID: row.Required("Location ID"), Beds: row.Count("beds")}
		if row.Faulty() {
			rejects.Add(row)
			continue
		}
		out = append(out, one)
	}
	return out
}

func TestTheHeaderIsFoundByName(t *testing.T) {
	oaks := [][]any{{"Location ID", "Name", "Beds"}, {"1-1", "Oaks", 12}, {"1-2", "Elms", 7}}
	above := append([][]any{{"Care directory"}, {"Notes, with a comma"}, {}}, oaks...)
	tests := map[string]struct {
		source intake.Source
		first  int
	}{
		"at once":                     {table("Location ID,Beds\n1-1,12\n1-2,7\n"), 2},
		"other order, case, spaces":   {table("name, BEDS , location  id\nOaks,12,1-1\nElms,7,1-2\n"), 2},
		"below a title and notes":     {table("Homes\n\"a \"\"note\"\"\"\n\nLocation ID,Beds\n1-1,12\n1-2,7\n"), 5},
		"after a byte order mark":     {table("\ufeffLocation ID,Beds\r\n1-1,12\r\n1-2,7\r\n"), 2},
		"below a line that is no CSV": {table("a \"note\" here\nLocation ID,Beds\n1-1,12\n1-2,7\n"), 3},
		"blank rows between":          {table("Location ID,Beds\n1-1,12\n,\n\n1-2,7\n"), 2},
		"a workbook":                  {workbook(t, oaks), 2},
		"a workbook's second sheet":   {workbook(t, [][]any{{"Read me"}}, above), 5},
		"two columns alike":           {table("Location ID,Beds,Beds\n1-1,12,99\n1-2,7,99\n"), 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			rejects := intake.NewRejects(nil)
			got := read(t, test.source, rejects)
			if err := rejects.Verdict(false); err != nil {
				t.Fatal(err)
			}
			if len(got) != 2 || got[0] != (home{test.first, "1-1", 12}) || got[1].ID != "1-2" || got[1].Beds != 7 {
				t.Errorf("read %+v", got)
			}
		})
	}
}

func TestOpenSaysWhyNot(t *testing.T) {
	tests := map[string]struct {
		source intake.Source
		want   string
	}{
		"no header":        {table("Oaks,12\n"), "what can be read: homes (Location ID, Beds)"},
		"half a header":    {table("title\nLocation ID,places\n1-1,3\n"), `the nearest, of the layout "homes", lacks Beds`},
		"too far down":     {table(strings.Repeat("note\n", 50) + "Location ID,Beds\n"), "no header row in its first 50 rows"},
		"an empty file":    {table(""), "no header row"},
		"UTF-16":           {table("\xff\xfeL\x00"), "save it as CSV UTF-8"},
		"ODS":              {intake.FromBytes("homes.ods", nil), "no maintained library reads ODS; save it as XLSX or as CSV"},
		"old Excel":        {intake.FromBytes("homes.XLS", nil), "no maintained library reads XLS"},
		"something else":   {intake.FromBytes("homes.pdf", nil), "neither CSV nor XLSX"},
		"a false workbook": {intake.FromBytes("homes.xlsx", []byte("Location ID,Beds\n")), "not a workbook"},
		"an empty sheet":   {workbook(t, nil), "no header row"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			rows, err := intake.Open(test.source, homes)
			if err == nil {
				_ = rows.Close()
				t.Fatal("the file was opened")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want it to say %q", err, test.want)
			}
		})
	}
}

func TestTheFirstLayoutThatFits(t *testing.T) {
	wide := intake.Layout{Name: "wide", Columns: []string{"Location ID", "Beds", "Rating"}}
	for text, want := range map[string]string{
		"Location ID,Beds,Rating\n": "wide",
		"Location ID,Beds\n":        "homes",
	} {
		rows, err := intake.Open(table(text), wide, homes)
		if err != nil {
			t.Fatal(err)
		}
		if rows.Layout.Name != want || rows.Has("rating") != (want == "wide") || rows.HeaderRow != 1 {
			t.Errorf("%q was taken for %q, rating: %v", text, rows.Layout.Name, rows.Has("rating"))
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestEveryFaultOfEveryRowIsTold(t *testing.T) {
	var written bytes.Buffer
	rejects := intake.NewRejects(&written)
	sound := read(t, table("Location ID,Beds,Name\n1-1,12,Oaks\n,x,Elms\n1-3,-1\n1-4,\"1,200\",Ash\n1-5,\"7\" ,Yew\n1-6,5,\"caf\xe9\"\n1-7,4,Fir\n"), rejects)
	if diff := cmp.Diff([]home{{2, "1-1", 12}, {5, "1-4", 1200}, {8, "1-7", 4}}, sound); diff != "" {
		t.Error(diff)
	}
	err := rejects.Verdict(false)
	rejected, ok := errors.AsType[*intake.RejectedError](err)
	if !ok || rejected.Count != 4 {
		t.Fatalf("verdict = %v", err)
	}
	if got := err.Error(); got != `4 rows are rejected, so nothing was kept: the first is row 3: Location ID: is empty; beds: "x" is not a whole number of at least 0` {
		t.Error(got)
	}
	want := `rejected_row,rejected_because,Location ID,Beds,Name
3,"Location ID: is empty; beds: ""x"" is not a whole number of at least 0",,x,Elms
4,"beds: ""-1"" is not a whole number of at least 0",1-3,-1
6,"is not CSV: line 6, character 7: extraneous or missing "" in quoted-field"
7,Name: is not UTF-8 text: save the file as CSV UTF-8,1-6,5,caf` + "\uFFFD\n"
	if diff := cmp.Diff(want, written.String()); diff != "" {
		t.Error(diff)
	}
	if err := rejects.Verdict(true); err != nil {
		t.Errorf("taken in part: %v", err)
	}
}

func TestWhatWasRejectedCanBeMendedAndReadAgain(t *testing.T) {
	var written bytes.Buffer
	rejects := intake.NewRejects(&written)
	read(t, table("Location ID,Beds\n1-1,twelve\n1-2,7\n"), rejects)
	if err := rejects.Verdict(true); err != nil {
		t.Fatal(err)
	}
	mended := strings.Replace(written.String(), ",twelve", ",12", 1)
	got := read(t, table(mended), intake.NewRejects(nil))
	if diff := cmp.Diff([]home{{2, "1-1", 12}}, got); diff != "" {
		t.Error(diff)
	}
}

type failing struct{}

var errDisk = errors.New("disk full")

func (failing) Write([]byte) (int, error) { return 0, errDisk }

func TestRejectedRowsThatCannotBeWrittenAreAnError(t *testing.T) {
	rejects := intake.NewRejects(failing{})
	read(t, table("Location ID,Beds\n1-1,x\n"), rejects)
	if err := rejects.Verdict(true); !errors.Is(err, errDisk) {
		t.Errorf("verdict = %v", err)
	}
}

func TestCells(t *testing.T) {
	type cells struct {
		Text, Word, Missing string
		Count, Empty        int
		Number              float64
		Code                geo.Code
		Day, None           period.Date
	}
	layout := intake.Layout{Name: "cells", Columns: []string{"text", "word", "count", "empty", "number", "code", "day", "none"}}
	readOne := func(t *testing.T, source intake.Source) (cells, error) {
		rows, err := intake.Open(source, layout)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var out cells
		rejects := intake.NewRejects(nil)
		for row, err := range rows.All(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			out = cells{
				Text: row.Text("text"), Word: row.OneOf("word", "Yes", "No"), Missing: row.Text("not there"),
				Count: row.Count("count"), Number: row.Float("number"), Code: row.Code("code"),
				Day: row.Date("day"), None: row.OptionalDate("none"),
			}
			empty, given := row.OptionalCount("empty")
			if out.Empty = empty; given {
				t.Error("an empty cell was given")
			}
			if _, given := row.OptionalFloat("empty"); given {
				t.Error("an empty cell was given")
			}
			if row.Faulty() {
				rejects.Add(row)
			}
		}
		return out, rejects.Verdict(false)
	}
	const header = "text,word,count,empty,number,code,day,none\n"
	want := cells{Text: "a b", Word: "Yes", Count: 1204, Number: -0.5, Code: "E07000082", Day: period.NewDate(2024, 1, 31)}
	for name, source := range map[string]intake.Source{
		"ISO":     table(header + " a b ,YES,\"1,204\",,-0.5,E07000082,2024-01-31,\n"),
		"British": table(header + "a b,yes,1204.0,, -0.5,E07000082,31/01/2024\n"),
		"a workbook's serial": workbook(t, [][]any{
			{"text", "word", "count", "empty", "number", "code", "day", "none"},
			{"a b", "yes", 1204, nil, -0.5, "E07000082", 45322, nil},
		}),
	} {
		got, err := readOne(t, source)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b period.Date) bool { return a == b })); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	_, err := readOne(t, table(header+",maybe,1.5,,NaN,E7,45322,2024-13-01\n"))
	for _, say := range []string{
		`word: "maybe" is none of Yes, No`, `count: "1.5" is not a whole number`, `number: "NaN" is not a number`,
		`code: "E7" is not a GSS code`, `day: "45322" is not a date`, `none: "2024-13-01" is not a date`,
	} {
		if err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("the error does not say %s: %v", say, err)
		}
	}
}

func TestFaultsFoundElsewhereJoinTheRow(t *testing.T) {
	rows, err := intake.Open(table("Location ID,Beds\n1-1,3\n"), homes)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	rejects := intake.NewRejects(nil)
	for row, err := range rows.All(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if err := row.Merge(errs.Invalid(errs.Violation{Field: "beds", Description: "are too few"})); err != nil {
			t.Error(err)
		}
		if err := row.Merge(errDisk); !errors.Is(err, errDisk) {
			t.Errorf("an error that is no fault of the row came back as %v", err)
		}
		rejects.Add(row)
	}
	if got := rejects.First[0].String(); got != "row 2: beds: are too few" {
		t.Error(got)
	}
}

func TestReadingTellsProgressAndEndsWithItsContext(t *testing.T) {
	var text strings.Builder
	text.WriteString("Location ID,Beds\n")
	for range 5000 {
		text.WriteString("1-1,3\n")
	}
	rows, err := intake.Open(table(text.String()), homes)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last, told int64
	progress := func(done, total int64) {
		if told++; total != int64(text.Len()) || done <= last || done > total {
			t.Errorf("told %d of %d after %d", done, total, last)
		}
		if last = done; done > total/2 {
			cancel()
		}
	}
	var failed error
	for _, err := range rows.All(ctx, progress) {
		failed = err
	}
	if !errors.Is(failed, context.Canceled) || told == 0 || last > int64(text.Len())*6/10 {
		t.Errorf("ended with %v after %d bytes", failed, last)
	}
}

func TestAFileOnDisk(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "homes.csv")
	if err := os.WriteFile(path, []byte("Location ID,Beds\n1-1,3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := intake.FromPath(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a source can be read again
		if got := read(t, source, intake.NewRejects(nil)); len(got) != 1 {
			t.Errorf("read %v", got)
		}
	}
	for _, bad := range []string{folder, filepath.Join(folder, "none.csv")} {
		if _, err := intake.FromPath(bad); err == nil {
			t.Errorf("%s was taken for a file", bad)
		}
	}
}

func FuzzRows(f *testing.F) {
	f.Add([]byte("Location ID,Beds\n1-1,3\n"))
	f.Add([]byte("\xef\xbb\xbfnote\n\"Location ID\",\"Be\"\"ds\",beds\n\"1-1\n\",\xff,1e3\n"))
	f.Add([]byte("beds,location id\n\"open"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := intake.Open(intake.FromBytes("f.csv", data), homes)
		if err != nil {
			return
		}
		defer rows.Close()
		last := rows.HeaderRow
		var written bytes.Buffer
		rejects := intake.NewRejects(&written)
		for row, err := range rows.All(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			if row.Number() <= last {
				t.Errorf("row %d after row %d", row.Number(), last)
			}
			last = row.Number()
			if n := row.Count("beds"); n < 0 || (n > 0 && row.Text("Beds") == "") {
				t.Errorf("%q counts %d", row.Text("beds"), n)
			}
			row.Date("location id")
			rejects.Add(row)
		}
		if err := rejects.Verdict(true); err != nil {
			t.Error(err)
		}
		if rejects.Count > 0 && !strings.HasPrefix(written.String(), "rejected_row,") {
			t.Errorf("wrote %q", written.String())
		}
	})
}
