package carehomes

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

const (
	generalNursing  = carehomesv1.BedType_BED_TYPE_GENERAL_NURSING
	generalRes      = carehomesv1.BedType_BED_TYPE_GENERAL_RESIDENTIAL
	dementiaNursing = carehomesv1.BedType_BED_TYPE_DEMENTIA_NURSING
	learningRes     = carehomesv1.BedType_BED_TYPE_LEARNING_DISABILITY_RESIDENTIAL
)

var (
	register = &commonv1.Source{Id: "register", Kind: commonv1.SourceKind_SOURCE_KIND_REGISTER, Title: "A register"}
	extract  = &commonv1.Source{Id: "extract", Kind: commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN, Title: "An extract"}
	madeUp   = &commonv1.Source{Id: "made-up", Kind: commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE, Title: "Made up"}
	known    = figure.Sources{"register": register, "extract": extract, "made-up": madeUp, figure.Own().GetId(): figure.Own()}
)

// home is an open home of the register.
func home(name, provider string, registered int32) *carehomesv1.CareHome {
	return &carehomesv1.CareHome{
		Name: "careHomes/" + name, Title: "Home " + name, Provider: "providers/" + provider,
		District: "districts/E07000082", RegisteredBeds: registered, SourceId: "register",
		Rating: carehomesv1.Rating_RATING_GOOD,
	}
}

// bed is one row of a return: maximum, used, reserved, accepting.
func bed(t carehomesv1.BedType, maximum, used, reserved, accepting int32) *carehomesv1.BedReturn {
	return &carehomesv1.BedReturn{BedType: t, Maximum: maximum, Used: used, Reserved: reserved, Accepting: accepting}
}

func returned(h *carehomesv1.CareHome, asAt string, beds ...*carehomesv1.BedReturn) Standing {
	return Standing{
		Place: h, PlaceSource: register, Returned: true, AsAt: asAt, Source: extract,
		Return: &carehomesv1.CareHomeReturn{CareHome: h.GetName(), AsAt: asAt, Beds: beds},
	}
}

func silent(h *carehomesv1.CareHome) Standing {
	return Standing{Place: h, PlaceSource: register, Return: &carehomesv1.CareHomeReturn{}}
}

func ask(audience commonv1.Audience) Question {
	return Question{Area: "districts/E07000082", AsAt: date("2026-10-31"), Audience: audience}
}

func date(s string) period.Date {
	d, err := period.Parse(s)
	if err != nil {
		panic(err) // A date typed wrong in a test.
	}
	return d
}

// say writes a figure in short: its value, or its state.
func say(f *commonv1.Figure) any {
	switch s := f.GetState().(type) {
	case *commonv1.Figure_Value:
		return s.Value
	case *commonv1.Figure_Hidden:
		return s.Hidden.GetReason().String()
	case *commonv1.Figure_NotCollected:
		return "not collected"
	case *commonv1.Figure_NotEnoughData:
		return "not enough data"
	}
	return "no figure"
}

func want(t *testing.T, what string, f *commonv1.Figure, want any) {
	t.Helper()
	if diff := cmp.Diff(want, say(f)); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}
