package housingwithcare

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

const (
	rent   = housingwithcarev1.Tenure_TENURE_AFFORDABLE_RENT
	shared = housingwithcarev1.Tenure_TENURE_SHARED_OWNERSHIP
	sale   = housingwithcarev1.Tenure_TENURE_OUTRIGHT_SALE

	extraCare = housingwithcarev1.SchemeKind_SCHEME_KIND_EXTRA_CARE
	enhanced  = housingwithcarev1.SchemeKind_SCHEME_KIND_ENHANCED_SHELTERED
	sheltered = housingwithcarev1.SchemeKind_SCHEME_KIND_SHELTERED
)

var (
	register = &commonv1.Source{Id: "register", Kind: commonv1.SourceKind_SOURCE_KIND_COUNCIL_RECORD, Title: "A register"}
	extract  = &commonv1.Source{Id: "extract", Kind: commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN, Title: "An extract"}
	madeUp   = &commonv1.Source{Id: "made-up", Kind: commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE, Title: "Made up"}
	known    = figure.Sources{"register": register, "extract": extract, "made-up": madeUp, figure.Own().GetId(): figure.Own()}
)

// built is a row of the register.
func built(tenure housingwithcarev1.Tenure, units int32) *housingwithcarev1.TenureUnits {
	return &housingwithcarev1.TenureUnits{Tenure: tenure, Units: units}
}

// scheme is an open scheme of the register in Stroud.
func scheme(id string, kind housingwithcarev1.SchemeKind, units ...*housingwithcarev1.TenureUnits) *housingwithcarev1.HousingScheme {
	return &housingwithcarev1.HousingScheme{
		Name: prefix + "hs-" + id, Title: "Scheme " + id, Kind: kind, Provider: "providers/ll-" + id,
		Units: units, District: "districts/E07000082", SourceId: "register",
	}
}

// row is one tenure's row of a return: units, occupied, voids, reserved, waiting.
func row(tenure housingwithcarev1.Tenure, n ...int32) *housingwithcarev1.TenureReturn {
	return &housingwithcarev1.TenureReturn{
		Tenure: tenure, Units: n[0], Occupied: n[1], Voids: n[2], VoidsReserved: n[3], NominationsWaiting: n[4],
	}
}

func schemeReturn(h *housingwithcarev1.HousingScheme, asAt string, rows ...*housingwithcarev1.TenureReturn) *housingwithcarev1.SchemeReturn {
	return &housingwithcarev1.SchemeReturn{HousingScheme: h.GetName(), AsAt: asAt, Tenures: rows}
}

func returned(h *housingwithcarev1.HousingScheme, asAt string, rows ...*housingwithcarev1.TenureReturn) Standing {
	return Standing{
		Place: h, PlaceSource: register, Returned: true, AsAt: asAt, Source: extract,
		Return: schemeReturn(h, asAt, rows...),
	}
}

func silent(h *housingwithcarev1.HousingScheme) Standing {
	return Standing{Place: h, PlaceSource: register, Return: &housingwithcarev1.SchemeReturn{}}
}

// asking is a question about Stroud at the end of October 2026.
func asking(t rapid.TB, who audience.Audience) Question {
	return Question{Area: "districts/E07000082", AsAt: date(t, "2026-10-31"), Audience: who}
}

func date(t rapid.TB, s string) period.Date {
	d, err := period.Parse(s)
	if err != nil {
		t.Fatalf("a date typed wrong: %v", err)
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

// byTenure finds the state of a tenure among several.
func byTenure(uses []*housingwithcarev1.TenureUse, tenure housingwithcarev1.Tenure) *housingwithcarev1.UnitUse {
	for _, u := range uses {
		if u.GetTenure() == tenure {
			return u.GetUse()
		}
	}
	return nil
}

// anyNumber draws a count that is often small.
func anyNumber(t *rapid.T, label string, most int) int32 {
	return int32(rapid.OneOf(rapid.IntRange(0, min(8, most)), rapid.IntRange(0, most)).Draw(t, label))
}

// randomSchemes draws schemes of one district with sound returns.
func randomSchemes(t *rapid.T, label string) []Standing {
	schemes := make([]Standing, rapid.IntRange(0, 9).Draw(t, label+" schemes"))
	for i := range schemes {
		kind := housingwithcarev1.SchemeKind(rapid.IntRange(1, kinds-1).Draw(t, "kind"))
		h := scheme(label+string(rune('a'+i)), kind)
		h.Provider = "providers/ll-" + string(rune('a'+i%4))
		if rapid.Bool().Draw(t, "charge") {
			h.ServiceChargePerWeek = new(rapid.Float64Range(10, 200).Draw(t, "pounds"))
		}
		var rows []*housingwithcarev1.TenureReturn
		for tenure := 1; tenure < tenures; tenure++ {
			if !rapid.Bool().Draw(t, "has") {
				continue
			}
			occupied, voids := anyNumber(t, "occupied", 40), anyNumber(t, "voids", 12)
			rest := anyNumber(t, "out of use", 2)
			r := row(housingwithcarev1.Tenure(tenure), occupied+voids+rest, occupied, voids, anyNumber(t, "reserved", int(voids)), anyNumber(t, "waiting", 30))
			if rapid.Bool().Draw(t, "lets") {
				r.ReferralToLetDays = new(rapid.Float64Range(1, 200).Draw(t, "days"))
			}
			h.Units, rows = append(h.Units, built(r.GetTenure(), r.GetUnits()+1)), append(rows, r)
		}
		if len(rows) == 0 {
			h.Units = []*housingwithcarev1.TenureUnits{built(rent, 10)}
			schemes[i] = silent(h)
			continue
		}
		schemes[i] = returned(h, rapid.SampledFrom([]string{"2026-10-10", "2026-07-01"}).Draw(t, "day"), rows...)
		randomPeople(t, schemes[i].Return)
	}
	return schemes
}

func randomPeople(t *rapid.T, r *housingwithcarev1.SchemeReturn) {
	if rapid.Bool().Draw(t, "people") {
		residents := anyNumber(t, "residents", 60)
		r.Residents, r.ResidentsWithCare = &residents, new(anyNumber(t, "with care", int(residents)))
	}
	if rapid.Bool().Draw(t, "care") {
		contracted := rapid.Float64Range(0, 300).Draw(t, "contracted")
		r.OnSiteCare = &housingwithcarev1.OnSiteCareReturn{HoursContracted: contracted, HoursUsed: contracted * rapid.Float64Range(0, 1).Draw(t, "used")}
	}
}
