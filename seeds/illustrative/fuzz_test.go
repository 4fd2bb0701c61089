package illustrative

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/seeds/internal/table"
)

// readers read each kind of file of a plan, under the name that they look for.
var readers = []struct {
	name string
	read func(*table.Faults, fs.FS)
}{
	{"county/plan.csv", func(faults *table.Faults, files fs.FS) { readSettings(faults, files, "county") }},
	{"county/zones.csv", func(faults *table.Faults, files fs.FS) { readZones(faults, files, "county/zones.csv") }},
	{"county/totals.csv", func(faults *table.Faults, files fs.FS) { readTotals(faults, files, "county") }},
	{"rates.csv", func(faults *table.Faults, files fs.FS) { loadRates(faults, files) }},
	{"answers.csv", func(faults *table.Faults, files fs.FS) { readAnswering(faults, files) }},
	{"seasons.csv", func(faults *table.Faults, files fs.FS) { readSeasons(faults, files) }},
	{"supply.csv", func(faults *table.Faults, files fs.FS) { readSupplies(faults, files) }},
	{"other_employers.csv", func(faults *table.Faults, files fs.FS) { readEmployers(faults, files) }},
	{"centres.csv", func(faults *table.Faults, files fs.FS) { readCentres(faults, files) }},
	{"sources.csv", func(faults *table.Faults, files fs.FS) { readSources(faults, files) }},
}

// beginning is enough of a built-in file to know it by, and quick to make smaller.
func beginning(t testing.TB, name string) []byte {
	t.Helper()
	data, err := fs.ReadFile(Files(), name)
	if err != nil {
		t.Fatal(err)
	}
	const rows = 3
	lines := strings.SplitAfter(string(data), "\n")
	return []byte(strings.Join(lines[:min(rows, len(lines))], ""))
}

// Whatever stands in a file of a plan, it is read or refused.
func FuzzReaders(f *testing.F) {
	for i, reader := range readers {
		f.Add(i, beginning(f, reader.name))
	}
	f.Add(0, []byte("seed,from,to,counted,settled_until\n1,9999-11-01,9999-12-01,9999-11-01,9999-12-01\n"))
	f.Fuzz(func(t *testing.T, which int, data []byte) {
		reader := readers[uint(which)%uint(len(readers))]
		var faults table.Faults
		reader.read(&faults, fstest.MapFS{reader.name: &fstest.MapFile{Data: data}})
		if err := faults.Err(); err != nil && !strings.Contains(err.Error(), reader.name) {
			t.Errorf("the error does not name %s: %v", reader.name, err)
		}
	})
}

// What a sheet says and is not refused can be dealt out to the last bed.
func FuzzSheets(f *testing.F) {
	sheets := []*sheet{careHomes, homeCare, housing}
	for i, s := range sheets {
		f.Add(i, beginning(f, "county/"+s.name+".csv"))
	}
	f.Fuzz(func(t *testing.T, which int, data []byte) {
		s := sheets[uint(which)%uint(len(sheets))]
		var faults table.Faults
		rows := table.Read(&faults, fstest.MapFS{"sheet.csv": &fstest.MapFile{Data: data}}, "sheet.csv", s.headings(), s.read)
		if faults.Err() != nil {
			return
		}
		for _, row := range rows {
			dealt := counts{}
			for _, part := range s.deal(row, []int{5, 0, 11_431, 3}) {
				for name, n := range part {
					dealt[name] += n
				}
			}
			if diff := cmp.Diff(row, dealt); diff != "" {
				t.Errorf("the parts do not add up (-row +parts):\n%s", diff)
			}
		}
	})
}
