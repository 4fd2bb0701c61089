package intake

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
)

// Rejected is a row that was not taken.
type Rejected struct {
	// Row is its number in the file, from 1.
	Row int
	// Faults are everything that is wrong with it; a Field is a column, "" the whole row.
	Faults []errs.Violation
}

// String says it in one line: "row 12: beds: is empty; name: is empty".
func (r Rejected) String() string { return fmt.Sprintf("row %d: %s", r.Row, reasons(r.Faults)) }

func reasons(faults []errs.Violation) string {
	said := make([]string, len(faults))
	for i, f := range faults {
		said[i] = f.Description
		if f.Field != "" {
			said[i] = f.Field + ": " + f.Description
		}
	}
	return strings.Join(said, "; ")
}

// firstRejects is how many rejected rows are remembered for people; all are written.
const firstRejects = 20

// Rejects collects the rejected rows of one file. Each is written as it is found: its
// number, its reasons and its cells, below the header of the file, so that what was
// written can be mended and imported by itself.
type Rejects struct {
	// First are the first 20.
	First []Rejected
	// Count is how many there are.
	Count int

	out *csv.Writer
	err error
}

// NewRejects returns a collector that writes CSV to w, nothing before the first row; w may
// be nil.
func NewRejects(w io.Writer) *Rejects {
	r := &Rejects{}
	if w != nil {
		r.out = csv.NewWriter(w)
	}
	return r
}

// Add rejects a row for the faults noted on it.
func (r *Rejects) Add(row *Row) {
	r.add(Rejected{Row: row.number, Faults: row.faults}, row.rows.Header, row.cells)
}

func (r *Rejects) add(rejected Rejected, header, cells []string) {
	r.Count++
	if len(r.First) < firstRejects {
		r.First = append(r.First, rejected)
	}
	if r.out == nil {
		return
	}
	if r.Count == 1 {
		r.write(append([]string{"rejected_row", "rejected_because"}, header...))
	}
	r.write(append([]string{strconv.Itoa(rejected.Row), reasons(rejected.Faults)}, cells...))
}

func (r *Rejects) write(cells []string) {
	if r.err == nil {
		r.err = r.out.Write(cells)
	}
}

// RejectedError says that a file was not taken because rows of it were rejected.
type RejectedError struct {
	Count int
	First []Rejected
}

func (e *RejectedError) Error() string {
	rows := "rows are"
	if e.Count == 1 {
		rows = "row is"
	}
	return fmt.Sprintf("%d %s rejected, so nothing was kept: the first is %s", e.Count, rows, e.First[0])
}

// Verdict ends the collecting: a *RejectedError when rows were rejected and the file is
// not taken in part, an error when they could not be written, else nil.
func (r *Rejects) Verdict(partial bool) error {
	if r.out != nil {
		if r.out.Flush(); r.err == nil {
			r.err = r.out.Error()
		}
	}
	if r.err != nil {
		return fmt.Errorf("write the rejected rows: %w", r.err)
	}
	if r.Count > 0 && !partial {
		return &RejectedError{Count: r.Count, First: r.First}
	}
	return nil
}

// Refuse rejects what began at a row of the file for a reason that no single row shows.
func (r *Rejects) Refuse(number int, field, reason string) {
	r.add(Rejected{Row: number, Faults: []errs.Violation{{Field: field, Description: reason}}}, nil, nil)
}

// End writes what was rejected into the report and gives the Verdict.
func (r *Rejects) End(report *Report, partial bool) error {
	report.Rejected, report.RejectedFirst = r.Count, r.First
	return r.Verdict(partial)
}
