// Package download writes answers as tables, for people who go on in a spreadsheet.
//
// An answer that holds figures becomes one row a figure, so that a hidden figure has a row
// that says so and is never mistaken for 0. Any other answer, such as a register, becomes
// one row an entry. The columns follow from the kind of answer alone, never from what is in
// it, and the same kind of answer always has the same ones.
package download

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"google.golang.org/protobuf/proto"
)

// ContentType is that of what [CSV] returns.
const ContentType = "text/csv; charset=utf-8; header=present"

// byteOrderMark lets Excel, which most readers open a CSV file with, see that it is UTF-8.
const byteOrderMark = "\uFEFF"

// table is columns and rows of as many cells.
type table struct {
	columns []string
	rows    [][]string
}

// CSV writes an answer as RFC 4180 has it: UTF-8 with a byte order mark, a header, lines
// that end in CRLF.
func CSV(m proto.Message) ([]byte, error) {
	answer := m.ProtoReflect()
	var t table
	if holds := newHolds(); holds.figures(answer.Descriptor()) {
		t = figures(answer, holds)
	} else {
		t = entries(answer)
	}
	out := bytes.NewBufferString(byteOrderMark)
	w := csv.NewWriter(out)
	w.UseCRLF = true
	if err := w.Write(t.columns); err != nil {
		return nil, fmt.Errorf("write CSV: %w", err)
	}
	if err := w.WriteAll(t.rows); err != nil {
		return nil, fmt.Errorf("write CSV: %w", err)
	}
	return out.Bytes(), nil
}
