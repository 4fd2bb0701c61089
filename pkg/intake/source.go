package intake

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Source is a file that can be read from its beginning as often as needed. The ending of
// its name says what kind it is.
type Source struct {
	// Name is shown in errors and decides the format.
	Name string
	// Size in bytes, for progress; 0 when unknown.
	Size int64
	// Open begins reading anew.
	Open func() (io.ReadCloser, error)
}

// FromPath is a file on disk. Its error says when there is none.
func FromPath(path string) (Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Source{}, fmt.Errorf("open %s: %w", path, err)
	}
	if info.IsDir() {
		return Source{}, fmt.Errorf("%s is a folder, not a file", path)
	}
	return Source{
		Name: filepath.Base(path), Size: info.Size(),
		Open: func() (io.ReadCloser, error) { return os.Open(path) },
	}, nil
}

// FromBytes is a file held in memory.
func FromBytes(name string, data []byte) Source {
	return Source{
		Name: name, Size: int64(len(data)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
}

// sheet is one table of a file: rows of cells from the top.
type sheet interface {
	// next returns the next row and its number in the file, from 1. Its error is io.EOF
	// at the end; a *malformedError spoils one row only.
	next() (cells []string, number int, err error)
	// progress is how far the reading has come, in units of the file's own.
	progress() (done, total int64)
}

// malformedError says why a row cannot be read as cells.
type malformedError struct{ reason string }

func (e *malformedError) Error() string { return e.reason }

// opened is a file with its tables.
type opened struct {
	// sheets begins the table of that index; ok is false when there is none.
	sheet func(index int) (s sheet, ok bool, err error)
	close func() error
}

func open(source Source) (opened, error) {
	switch strings.ToLower(filepath.Ext(source.Name)) {
	case ".csv", ".txt":
		return openCSV(source)
	case ".xlsx", ".xlsm":
		return openXLSX(source)
	case ".ods", ".xls":
		return opened{}, fmt.Errorf("%s cannot be read: no maintained library reads %s; save it as XLSX or as CSV UTF-8 and import that",
			source.Name, strings.ToUpper(strings.TrimPrefix(filepath.Ext(source.Name), ".")))
	default:
		return opened{}, fmt.Errorf("%s is neither CSV nor XLSX by the ending of its name", source.Name)
	}
}
