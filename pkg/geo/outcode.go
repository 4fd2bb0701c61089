package geo

import (
	"regexp"
	"strings"
)

// The forms of a postcode, which Royal Mail's Programmers' Guide gives as an
// outward code (area and district) and an inward code (a digit, two letters).
var (
	outcodeForm  = regexp.MustCompile(`^[A-Z]{1,2}[0-9][A-Z0-9]?$`)
	postcodeForm = regexp.MustCompile(`^([A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}$`)
)

// Outcode returns the outward code of a postcode, however it is spaced or
// cased: GL2 for "gl2 4ab". An outward code by itself is its own. It is "" where
// the text is neither.
func Outcode(postcode string) string {
	tight := strings.ToUpper(strings.Join(strings.Fields(postcode), ""))
	if parts := postcodeForm.FindStringSubmatch(tight); parts != nil {
		return parts[1]
	}
	if outcodeForm.MatchString(tight) {
		return tight
	}
	return ""
}
