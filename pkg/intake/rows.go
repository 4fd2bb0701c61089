package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
)

// headerWithin is how many rows are searched for the header: publishers put titles and
// notes above it.
const headerWithin = 50

// Layout is a kind of file, known by the columns that its header row has.
type Layout struct {
	// Name says for people what it is, such as "CQC care directory with filters".
	Name string
	// Columns must all stand in the header row, in any order; others may stand between.
	Columns []string
}

// Rows are the rows of a table below its header.
type Rows struct {
	// Layout is the one whose columns were found.
	Layout Layout
	// Header is the header row as it stands in the file.
	Header []string
	// HeaderRow is its number in the file, from 1.
	HeaderRow int

	source Source
	sheet  sheet
	index  map[string]int
	close  func() error
}

// Open finds the first row of a file that is the header of one of the layouts, trying
// them in order, within the first 50 rows of each sheet. Names of columns are compared
// without regard to case and to the spaces about and between their words.
func Open(source Source, layouts ...Layout) (*Rows, error) {
	file, err := open(source)
	if err != nil {
		return nil, err
	}
	nearest := miss{}
	for i := 0; ; i++ {
		s, ok, err := file.sheet(i)
		if err == nil && !ok {
			err = nearest.error(source, layouts)
		}
		if err != nil {
			return nil, errors.Join(err, file.close())
		}
		rows, err := findHeader(s, layouts, &nearest)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("read %s: %w", source.Name, err), file.close())
		}
		if rows != nil {
			rows.source, rows.close = source, file.close
			return rows, nil
		}
	}
}

// Close ends the reading.
func (r *Rows) Close() error { return r.close() }

// Has reports whether the header has a column.
func (r *Rows) Has(column string) bool {
	_, has := r.index[plain(column)]
	return has
}

// findHeader returns the rows below the header, or nil when the sheet has none.
func findHeader(s sheet, layouts []Layout, nearest *miss) (*Rows, error) {
	for range headerWithin {
		cells, number, err := s.next()
		if _, broken := errors.AsType[*malformedError](err); broken {
			continue
		}
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		index := positions(cells)
		for _, layout := range layouts {
			missing := layout.missing(index)
			if len(missing) == 0 {
				header := make([]string, len(cells))
				for i, cell := range cells {
					header[i] = strings.TrimSpace(cell)
				}
				return &Rows{Layout: layout, Header: header, HeaderRow: number, sheet: s, index: index}, nil
			}
			nearest.note(layout, missing)
		}
	}
	return nil, nil
}

// positions maps the names of columns to where they stand; of two alike the first.
func positions(cells []string) map[string]int {
	index := make(map[string]int, len(cells))
	for i, cell := range cells {
		if _, twice := index[plain(cell)]; !twice {
			index[plain(cell)] = i
		}
	}
	return index
}

// plain is a column's name as it is compared.
func plain(column string) string { return strings.ToLower(strings.Join(strings.Fields(column), " ")) }

func (l Layout) missing(index map[string]int) []string {
	var missing []string
	for _, column := range l.Columns {
		if _, has := index[plain(column)]; !has {
			missing = append(missing, column)
		}
	}
	return missing
}

// miss is the row that came nearest to being a header.
type miss struct {
	layout  Layout
	missing []string
}

// note keeps a row that has at least one column of a layout and lacks fewer than others.
func (m *miss) note(layout Layout, missing []string) {
	if len(missing) < len(layout.Columns) && (m.missing == nil || len(missing) < len(m.missing)) {
		m.layout, m.missing = layout, missing
	}
}

func (m *miss) error(source Source, layouts []Layout) error {
	if m.missing != nil {
		return fmt.Errorf("%s has no header row in its first %d rows: the nearest, of the layout %q, lacks %s",
			source.Name, headerWithin, m.layout.Name, strings.Join(m.missing, ", "))
	}
	var known []string
	for _, layout := range layouts {
		known = append(known, fmt.Sprintf("%s (%s)", layout.Name, strings.Join(layout.Columns, ", ")))
	}
	return fmt.Errorf("%s has no header row in its first %d rows; what can be read: %s",
		source.Name, headerWithin, strings.Join(known, "; "))
}

// tellEvery is after how many rows progress is told and ctx is looked at.
const tellEvery = 256

// All gives the rows below the header, blank ones left out, and tells progress (which may
// be nil) as it goes: how much of the file is done and how much there is, in bytes of a
// CSV and rows of a worksheet. A row that cannot be read as cells comes with its fault
// noted. An error ends it: that of ctx, or of reading. A Row is only good until the next.
func (r *Rows) All(ctx context.Context, progress Progress) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		for n := 1; ; n++ {
			if n%tellEvery == 0 {
				progress.tell(r.sheet.progress())
				if err := ctx.Err(); err != nil {
					yield(nil, fmt.Errorf("read %s: %w", r.source.Name, err))
					return
				}
			}
			cells, number, err := r.sheet.next()
			broken, malformed := errors.AsType[*malformedError](err)
			switch {
			case errors.Is(err, io.EOF):
				done, total := r.sheet.progress()
				progress.tell(max(done, total), max(done, total))
				return
			case err != nil && !malformed:
				yield(nil, fmt.Errorf("read %s: %w", r.source.Name, err))
				return
			case blank(cells) && !malformed:
				continue
			}
			row := &Row{rows: r, number: number, cells: cells}
			if malformed {
				row.Fault("", "%s", broken.reason)
				row.unreadable = true
			}
			row.checkText()
			if !yield(row, nil) {
				return
			}
		}
	}
}

func blank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// Progress is told how much of a file is done.
type Progress func(done, total int64)

func (p Progress) tell(done, total int64) {
	if p != nil {
		p(done, total)
	}
}

// fault is one thing wrong with a row.
type fault = errs.Violation
