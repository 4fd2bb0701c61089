package intake

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of a workbook: what it may hold unpacked, and how much of a sheet stays in
// memory before it is put into a temporary file.
const (
	maxUnpacked = 1 << 30
	maxInMemory = 16 << 20
)

// xlsxSheet streams the rows of one worksheet.
type xlsxSheet struct {
	rows   *excelize.Rows
	number int
	total  int64
}

func openXLSX(source Source) (opened, error) {
	file, err := source.Open()
	if err != nil {
		return opened{}, fmt.Errorf("open %s: %w", source.Name, err)
	}
	defer file.Close()
	book, err := excelize.OpenReader(file, excelize.Options{
		// As stored: what a cell shows may be rounded, or a date the American way round.
		RawCellValue:      true,
		UnzipSizeLimit:    maxUnpacked,
		UnzipXMLSizeLimit: maxInMemory,
	})
	if err != nil {
		return opened{}, fmt.Errorf("%s is not a workbook that can be read: %w", source.Name, err)
	}
	names := book.GetSheetList()
	var begun []*excelize.Rows
	return opened{
		sheet: func(index int) (sheet, bool, error) {
			if index >= len(names) {
				return nil, false, nil
			}
			rows, err := book.Rows(names[index])
			if err != nil {
				return nil, false, fmt.Errorf("sheet %q of %s: %w", names[index], source.Name, err)
			}
			begun = append(begun, rows)
			return &xlsxSheet{rows: rows, total: height(book, names[index])}, true, nil
		},
		close: func() error {
			var all []error
			for _, rows := range begun {
				all = append(all, rows.Close())
			}
			return errors.Join(append(all, book.Close())...)
		},
	}, nil
}

// height is how many rows a sheet says it has; 0 when it does not say.
func height(book *excelize.File, name string) int64 {
	dimension, err := book.GetSheetDimension(name)
	if err != nil {
		return 0
	}
	_, last, err := excelize.SplitCellName(dimension[strings.LastIndexByte(dimension, ':')+1:])
	if err != nil {
		return 0
	}
	return int64(last)
}

func (s *xlsxSheet) next() ([]string, int, error) {
	if !s.rows.Next() {
		if err := s.rows.Error(); err != nil {
			return nil, 0, fmt.Errorf("read a worksheet: %w", err)
		}
		return nil, 0, io.EOF
	}
	s.number++
	cells, err := s.rows.Columns()
	if err != nil {
		return nil, s.number, &malformedError{"cannot be read: " + err.Error()}
	}
	return cells, s.number, nil
}

func (s *xlsxSheet) progress() (done, total int64) { return int64(s.number), s.total }
