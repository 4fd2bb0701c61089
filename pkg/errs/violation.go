package errs

import (
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
)

// maxViolations bounds how many violations one status carries. They travel in a gRPC trailer, which
// clients bound too; the message still says how many there are.
const maxViolations = 200

// Violation is one fault of one field of a request.
type Violation struct {
	// Field is the path from the request: "care_home_return.beds[2].used".
	Field string
	// Description says what must hold, in a sentence a provider can act on.
	Description string
}

// Invalid says that the request cannot be accepted, naming every fault at once.
func Invalid(violations ...Violation) *Error {
	return &Error{
		code:       codes.InvalidArgument,
		reason:     ReasonInvalid,
		message:    summarise(violations),
		violations: violations,
	}
}

// Violations returns the field violations that err carries, however deeply it is wrapped, or nil.
func Violations(err error) []Violation {
	if own, ok := errors.AsType[*Error](err); ok {
		return own.violations
	}
	return nil
}

// Collector gathers the faults of a request so that all are named at once. The zero value is ready.
type Collector struct {
	violations []Violation
}

// Add notes that field breaks a rule. The format and its arguments are those of fmt.Sprintf.
func (c *Collector) Add(field, format string, args ...any) {
	c.violations = append(c.violations, Violation{Field: field, Description: fmt.Sprintf(format, args...)})
}

// Merge notes the violations that err carries, each below the field prefix ("returns[3]"), and returns
// nil; an err without violations is returned as it is, since it is not a fault of the request.
func (c *Collector) Merge(prefix string, err error) error {
	if err == nil {
		return nil
	}
	found := Violations(err)
	if len(found) == 0 {
		return err
	}
	for _, v := range found {
		v.Field = joinPath(prefix, v.Field)
		c.violations = append(c.violations, v)
	}
	return nil
}

// Len returns how many faults were noted.
func (c *Collector) Len() int { return len(c.violations) }

// Err returns nil when nothing was noted, else one [Invalid] error with every fault in the order noted.
func (c *Collector) Err() error {
	if len(c.violations) == 0 {
		return nil
	}
	return Invalid(c.violations...)
}

func joinPath(prefix, field string) string {
	if prefix == "" || field == "" || strings.HasPrefix(field, "[") {
		return prefix + field
	}
	return prefix + "." + field
}

// summarise is the message for people: the first fault in full, and how many more there are.
func summarise(violations []Violation) string {
	if len(violations) == 0 {
		return "the request is not valid"
	}
	first := violations[0].Description
	if field := violations[0].Field; field != "" {
		first = field + ": " + first
	}
	switch more := len(violations) - 1; more {
	case 0:
		return first
	case 1:
		return first + " (and 1 more fault)"
	default:
		return fmt.Sprintf("%s (and %d more faults)", first, more)
	}
}
