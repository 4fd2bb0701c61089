package cqc

import (
	"strings"

	"github.com/caremarket/caremarket/pkg/intake"
)

// Rating is CQC's overall rating. Its numbers are those of the Rating enums.
type Rating int32

// The ratings. Unrated is a blank cell: the directory does not say.
const (
	Unrated Rating = iota
	Outstanding
	Good
	RequiresImprovement
	Inadequate
	InsufficientEvidence
	NoPublishedRating
)

// ratings are CQC's words, in small letters.
var ratings = map[string]Rating{
	"": Unrated, "outstanding": Outstanding, "good": Good, "requires improvement": RequiresImprovement,
	"inadequate": Inadequate, "insufficient evidence to rate": InsufficientEvidence,
	"inspected but not rated": InsufficientEvidence, "no published rating": NoPublishedRating,
}

func rating(row *intake.Row) Rating {
	text := row.Text(columnRating)
	r, known := ratings[strings.ToLower(text)]
	if !known {
		row.Fault(columnRating, "%q is not a rating of CQC's", text)
	}
	return r
}
