package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
)

// csvSheet reads comma-separated values, in UTF-8 with or without a byte order mark.
type csvSheet struct {
	reader *csv.Reader
	size   int64
}

func openCSV(source Source) (opened, error) {
	file, err := source.Open()
	if err != nil {
		return opened{}, fmt.Errorf("open %s: %w", source.Name, err)
	}
	text := bufio.NewReader(file)
	if err := skipMark(text); err != nil {
		return opened{}, errors.Join(fmt.Errorf("%s %w", source.Name, err), file.Close())
	}
	reader := csv.NewReader(text)
	reader.FieldsPerRecord = -1
	reader.ReuseRecord = true
	only := &csvSheet{reader: reader, size: source.Size}
	return opened{
		sheet: func(index int) (sheet, bool, error) { return only, index == 0, nil },
		close: file.Close,
	}, nil
}

var errUTF16 = errors.New("is UTF-16 text: save it as CSV UTF-8")

// skipMark passes over a byte order mark of UTF-8 and refuses that of UTF-16.
func skipMark(text *bufio.Reader) error {
	const utf8Mark = "\xef\xbb\xbf"
	start, err := text.Peek(len(utf8Mark))
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("cannot be read: %w", err)
	}
	if string(start) == utf8Mark {
		_, err := text.Discard(len(utf8Mark))
		return err
	}
	if len(start) >= 2 && (string(start[:2]) == "\xff\xfe" || string(start[:2]) == "\xfe\xff") {
		return errUTF16
	}
	return nil
}

func (s *csvSheet) next() ([]string, int, error) {
	cells, err := s.reader.Read()
	if broken, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, broken.StartLine, &malformedError{fmt.Sprintf("is not CSV: line %d, character %d: %v", broken.Line, broken.Column, broken.Err)}
	}
	if err != nil {
		return nil, 0, err
	}
	line, _ := s.reader.FieldPos(0)
	return cells, line, nil
}

func (s *csvSheet) progress() (done, total int64) { return s.reader.InputOffset(), s.size }
