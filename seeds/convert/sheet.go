package main

import (
	"bytes"
	"encoding/csv"
	"strconv"
)

// sheet is a file being written: its header, then its rows.
type sheet [][]string

func newSheet(header ...string) *sheet { return &sheet{header} }

func (s *sheet) add(cells ...string) { *s = append(*s, cells) }

func (s *sheet) bytes() ([]byte, error) {
	var out bytes.Buffer
	err := csv.NewWriter(&out).WriteAll(*s)
	return out.Bytes(), err
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
