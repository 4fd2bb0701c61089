// Package table reads the CSV files that facts are kept and published in, and
// says of everything that is wrong in them in which file, row and column it
// stands, all at once.
package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// Faults gathers what is wrong in any number of files.
type Faults struct {
	all []error
}

// Add notes one more fault.
func (f *Faults) Add(err error) { f.all = append(f.all, err) }

// Err joins the faults, or is nil where there is none.
func (f *Faults) Err() error { return errors.Join(f.all...) }

// Row is one row of a file, read column by column. A cell that is not what it
// should be is noted among the file's faults and reads as the zero value.
type Row struct {
	file   string
	line   int
	header header
	cells  []string
	faults *Faults
}

// header says where each column stands, and how many there are.
type header struct {
	index map[string]int
	width int
}

// headerWithin is how many rows are searched for the header: publishers put a
// title and notes above it.
const headerWithin = 40

// Read reads a file of the given columns and passes each row below its header to
// read. The header is the first row that has every one of the columns, in any
// order; other columns may stand between. Blank rows are passed over. Cells are
// trimmed.
func Read[T any](faults *Faults, fsys fs.FS, file string, columns []string, read func(Row) T) []T {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		faults.Add(fmt.Errorf("reading seeds: %w", err))
		return nil
	}
	const byteOrderMark = "\ufeff"
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte(byteOrderMark))))
	reader.FieldsPerRecord = -1
	header, err := findHeader(reader, columns)
	if err != nil {
		faults.Add(fmt.Errorf("%s: %w", file, err))
		return nil
	}
	var rows []T
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			faults.Add(fmt.Errorf("%s: %w", file, err))
			return rows
		}
		line, _ := reader.FieldPos(0)
		if blank(cells) {
			continue
		}
		row := Row{file: file, line: line, header: header, cells: cells, faults: faults}
		if len(cells) < header.width {
			row.Fault("", "it has %d cells, the header %d", len(cells), header.width)
			continue
		}
		rows = append(rows, read(row))
	}
}

func findHeader(reader *csv.Reader, columns []string) (header, error) {
	var nearest []string
	for range headerWithin {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return header{}, err
		}
		found := header{index: make(map[string]int, len(cells)), width: len(cells)}
		for i, cell := range cells {
			found.index[strings.TrimSpace(cell)] = i
		}
		missing := slices.DeleteFunc(slices.Clone(columns), func(column string) bool {
			_, has := found.index[column]
			return has
		})
		if len(missing) == 0 {
			return found, nil
		}
		if nearest == nil || len(missing) < len(nearest) {
			nearest = missing
		}
	}
	return header{}, fmt.Errorf("no header row with the columns %s: missing %s",
		strings.Join(columns, ", "), strings.Join(nearest, ", "))
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// Fault notes something wrong with a cell of the row, or with the whole row where
// no column is named.
func (r Row) Fault(column, format string, args ...any) {
	r.fault(column, fmt.Errorf(format, args...))
}

func (r Row) fault(column string, err error) {
	if column == "" {
		r.faults.Add(fmt.Errorf("%s, row %d: %w", r.file, r.line, err))
		return
	}
	r.faults.Add(fmt.Errorf("%s, row %d, column %s: %w", r.file, r.line, column, err))
}
