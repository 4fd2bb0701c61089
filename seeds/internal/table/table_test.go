package table_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

const file = "facts.csv"

func holding(text string) fstest.MapFS { return fstest.MapFS{file: {Data: []byte(text)}} }

func names(faults *table.Faults, text string, columns ...string) []string {
	return table.Read(faults, holding(text), file, append(columns, "name"), func(row table.Row) string {
		return row.Text("name")
	})
}

func TestReadFindsItsHeader(t *testing.T) {
	tests := []struct{ name, text string }{
		{"at once", "name,beds\nOaks,3\nElms,4\n"},
		{"in another order, with more columns", "id,beds,name\n1,3,Oaks\n2,4,Elms\n"},
		{"after a byte order mark", "\ufeffname,beds\nOaks,3\nElms,4\n"},
		{"below a title and notes", "Homes\n\"Notes, with a comma\"\n\nname,beds\nOaks,3\nElms,4\n"},
		{"with spaces about", " name , beds \n Oaks , 3 \n Elms , 4 \n"},
		{"with Windows line ends", "name,beds\r\nOaks,3\r\nElms,4\r\n"},
		{"with blank rows between", "name,beds\nOaks,3\n,\n\nElms,4\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var faults table.Faults
			got := names(&faults, test.text, "beds")
			if err := faults.Err(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"Oaks", "Elms"}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no such file", "", "reading seeds"},
		{"no header", "Oaks,3\n", "facts.csv: no header row with the columns beds, name: missing beds, name"},
		{"half a header", "title\nname,places\nOaks,3\n", "missing beds"},
		{"a header too far down", strings.Repeat("note\n", 40) + "name,beds\n", "no header row"},
		{"an open quote above the header", "\"name,beds\nOaks,3\n", "facts.csv: "},
		{"an open quote below", "name,beds\n\"Oaks,3\n", "facts.csv: "},
		{"a short row", "name,beds\nOaks,3\nElms\n", "facts.csv, row 3: it has 1 cells, the header 2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := holding(test.text)
			if test.text == "" {
				delete(files, file)
			}
			var faults table.Faults
			table.Read(&faults, files, file, []string{"beds", "name"}, func(table.Row) struct{} { return struct{}{} })
			if err := faults.Err(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want it to say %q", err, test.want)
			}
		})
	}
}

func TestCells(t *testing.T) {
	type cells struct {
		Name, Word string
		Code       geo.Code
		Codes      []geo.Code
		Day, None  period.Date
		Year       period.FinancialYear
		Count      int
		Number     float64
	}
	const header = "name,word,code,codes,day,none,year,count,number\n"
	read := func(row table.Row) cells {
		return cells{
			row.Required("name"), row.OneOf("word", "yes", "no"), row.Code("code"), row.Codes("codes"),
			row.Date("day"), row.Date("none"), row.FinancialYear("year"), row.Count("count"), row.Number("number"),
		}
	}
	columns := strings.Split(strings.TrimSpace(header), ",")

	var faults table.Faults
	got := table.Read(&faults, holding(header+
		"Oaks,yes,E07000082,E07000083 E07000081,2024-01-31,,2023-24,\"1,204\",-0.5\n"), file, columns, read)
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	want := []cells{{
		"Oaks", "yes", "E07000082",
		[]geo.Code{"E07000083", "E07000081"},
		period.NewDate(2024, 1, 31),
		period.Date{},
		2023, 1204, -0.5,
	}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b period.Date) bool { return a == b })); diff != "" {
		t.Error(diff)
	}

	table.Read(&faults, holding(header+",maybe,E7,E07000083 E8,31/01/2024,,2023,-1,NaN\n"), file, columns, read)
	err := faults.Err()
	if err == nil {
		t.Fatal("the row was taken")
	}
	for _, want := range []string{
		"column name: it is empty",
		`column word: "maybe" is none of yes, no`,
		`column code: "E7" is not a GSS code`,
		`column codes: "E8" is not a GSS code`,
		`column day: "31/01/2024" is not a date`,
		`column year: "2023" is not a financial year`,
		`column count: "-1" is not a whole number`,
		`column number: "NaN" is not a number`,
	} {
		if !strings.Contains(err.Error(), "facts.csv, row 2, "+want) {
			t.Errorf("the error does not say: %s", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestAColumnNoOneAskedForIsAFault(t *testing.T) {
	var faults table.Faults
	table.Read(&faults, holding("name\nOaks\n"), file, []string{"name"}, func(row table.Row) string {
		return row.Text("beds")
	})
	if err := faults.Err(); err == nil || !strings.Contains(err.Error(), "column beds: there is no such column") {
		t.Errorf("error = %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("name,beds\nOaks,3\n")
	f.Add("\ufeff\"name\",beds\n\"Oa\"\"ks\",3\n\n,\n")
	f.Add("name,name,beds\nOaks\n")
	f.Fuzz(func(t *testing.T, text string) {
		var faults table.Faults
		rows := names(&faults, text, "beds")
		for _, name := range rows {
			if name != strings.TrimSpace(name) {
				t.Errorf("a cell was read as %q", name)
			}
		}
	})
}
