package cache

import (
	"strconv"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/revision"
)

// Question is what is asked and for whom. Two equal Questions have equal answers at equal marks.
type Question struct {
	// Service and Method name the work: "carehomes", "GetDistrictCapacity".
	Service, Method string
	// Subject is what it is done for: a district's code, a place's id.
	Subject string
	// Detail is everything else that makes a difference, written in one way only.
	Detail   string
	Audience audience.Audience
}

// overhead is about what a kept answer takes beside its texts and its body.
const overhead = 320

// weight is about how many bytes a kept answer takes.
func weight(q Question, e *entry) uint32 {
	bytes := overhead + len(q.Service) + len(q.Method) + len(q.Subject) + len(q.Detail) + len(e.body)
	return uint32(min(uint64(bytes), 1<<32-1))
}

// appendKey appends the question at a mark in a form that no other question or mark has: each text with its length
// before it.
func appendKey(b []byte, q Question, at revision.Mark) []byte {
	for _, text := range [...]string{q.Service, q.Method, q.Subject, q.Detail} {
		b = appendText(b, text)
	}
	b = strconv.AppendInt(b, int64(q.Audience), 10)
	return at.Append(append(b, '@'))
}

func appendText(b []byte, text string) []byte {
	b = strconv.AppendInt(b, int64(len(text)), 10)
	return append(append(b, ':'), text...)
}
