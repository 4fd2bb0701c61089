// Package geo holds England's geography as care markets are counted by it:
// districts, the councils and regions they belong to, and how a place is put in
// its district.
//
// A district is the lowest tier of local government. A county has several; a
// unitary council is its own only district, and nothing here assumes otherwise.
package geo

import (
	"fmt"
	"regexp"
)

// Code is a nine-character GSS code of the Office for National Statistics, such
// as E07000082: a letter for the country and eight digits, of which the first
// two say what kind of area it is.
type Code string

// England is the whole country's code.
const England Code = "E92000001"

var codeForm = regexp.MustCompile(`^[EWSN]\d{8}$`)

// ParseCode reads a GSS code. It says whether the text has the form of one, not
// whether the area exists: that is for an Atlas to say.
func ParseCode(s string) (Code, error) {
	code := Code(s)
	if !code.Valid() {
		return "", fmt.Errorf("%q is not a GSS code: one of E, W, S, N and eight digits, such as E07000082", s)
	}
	return code, nil
}

// Valid reports whether the code has the form of a GSS code.
func (c Code) Valid() bool { return codeForm.MatchString(string(c)) }
