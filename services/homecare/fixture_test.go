package homecare

import (
	"slices"
	"testing"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

const (
	stroud     = "districts/E07000082"
	gloucester = "districts/E07000081"
	cotswold   = "districts/E07000079"
	county     = "authorities/E10000013"
	home       = homecarev1.SupplyKind_SUPPLY_KIND_HOME_CARE
	reablement = homecarev1.SupplyKind_SUPPLY_KIND_INTERMEDIATE_CARE
	micro      = homecarev1.SupplyKind_SUPPLY_KIND_MICRO_PROVIDER
	council    = homecarev1.Payer_PAYER_THIS_COUNCIL
	selfFunder = homecarev1.Payer_PAYER_SELF_FUNDER
	today      = "2026-10-20"
)

var (
	onCQC  = &commonv1.Source{Id: "cqc-2026-10", Kind: commonv1.SourceKind_SOURCE_KIND_REGISTER, Title: "CQC care directory"}
	zoned  = &commonv1.Source{Id: "zones-2026", Kind: commonv1.SourceKind_SOURCE_KIND_COUNCIL_RECORD, Title: "Home care zones"}
	madeUp = &commonv1.Source{Id: "illustration", Kind: commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE, Title: "Made up"}
	known  = figure.Sources{
		onCQC.GetId(): onCQC, zoned.GetId(): zoned, madeUp.GetId(): madeUp, figure.Own().GetId(): figure.Own(),
	}
)

func day(t testing.TB, text string) period.Date {
	t.Helper()
	d, err := period.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// zone makes a zone with its shares, given as district and share in turn.
func zone(id string, shares ...any) *homecarev1.Zone {
	z := &homecarev1.Zone{Name: "zones/" + id, Title: id, Authority: county, SourceId: zoned.GetId()}
	for i := 0; i < len(shares); i += 2 {
		z.Shares = append(z.Shares, &homecarev1.DistrictShare{District: shares[i].(string), Share: shares[i+1].(float64)})
	}
	return z
}

// reference has two zones within Stroud, one within Gloucester and one that is three
// quarters Stroud's and one quarter Gloucester's.
func reference(t testing.TB) Reference {
	t.Helper()
	zones, err := NewZones([]*homecarev1.Zone{
		zone("valleys", stroud, 1.0), zone("vale", stroud, 1.0), zone("city", gloucester, 1.0),
		zone("border", stroud, 0.75, gloucester, 0.25),
	})
	if err != nil {
		t.Fatal(err)
	}
	return Reference{Zones: zones, Rules: DefaultRules()}
}

// branch makes an open branch with its office in Stroud.
func branch(id string, kind homecarev1.SupplyKind, zones ...string) *homecarev1.HomeCareBranch {
	b := &homecarev1.HomeCareBranch{
		Name: prefix + id, Title: id, Kind: kind, Provider: "providers/" + id, District: stroud, SourceId: onCQC.GetId(),
	}
	for _, z := range zones {
		b.Zones = append(b.Zones, "zones/"+z)
	}
	return b
}

// row makes a zone's row of hours delivered, commissioned and spare; an empty id is the
// whole branch.
func row(id string, delivered, commissioned, spare float64, people ...*homecarev1.PeopleByPayer) *homecarev1.ZoneReturn {
	r := &homecarev1.ZoneReturn{
		HoursDelivered: new(delivered), HoursCommissioned: new(commissioned), HoursSpare: new(spare),
		People: people,
	}
	if id != "" {
		r.Zone = "zones/" + id
	}
	return r
}

func paid(by homecarev1.Payer, people int32) *homecarev1.PeopleByPayer {
	return &homecarev1.PeopleByPayer{Payer: by, People: people}
}

// returned stands a return of 12 October, the latest window, for a branch.
func returned(b *homecarev1.HomeCareBranch, r *homecarev1.HomeCareReturn) Standing {
	if r.GetAsAt() == "" {
		r.AsAt = "2026-10-12"
	}
	r.HomeCareBranch = b.GetName()
	return Standing{Place: b, PlaceSource: onCQC, Returned: true, Return: r, AsAt: r.GetAsAt(), Source: figure.Own()}
}

func unreturned(b *homecarev1.HomeCareBranch) Standing {
	return Standing{Place: b, PlaceSource: onCQC, Return: &homecarev1.HomeCareReturn{}}
}

func zoneRows(rows ...*homecarev1.ZoneReturn) *homecarev1.HomeCareReturn {
	return &homecarev1.HomeCareReturn{Zones: rows}
}

func ask(t testing.TB, audience commonv1.Audience, districts ...string) Question {
	t.Helper()
	name := county
	if len(districts) == 1 {
		name = districts[0]
	}
	return Question{Name: name + "/homeCareCapacity", Districts: districts, AsAt: day(t, today), Audience: audience, Revision: 7}
}

// within filters branches as the ledger does: by the districts that they are filed under.
func within(ref Reference, district string, all []Standing) []Standing {
	var out []Standing
	for _, s := range all {
		if slices.Contains(ref.Zones.districtsOf(s.Place), district) {
			out = append(out, s)
		}
	}
	return out
}

// sum asks for districts side by side and as one.
func sum(t testing.TB, ref Reference, audience commonv1.Audience, all []Standing, districts ...string) ([]*homecarev1.HomeCareCapacity, *homecarev1.HomeCareCapacity) {
	t.Helper()
	parts, branches := make([]Question, len(districts)), make([][]Standing, len(districts))
	for i, d := range districts {
		parts[i], branches[i] = ask(t, audience, d), within(ref, d, all)
	}
	whole := ask(t, audience, districts...)
	whole.Name = county + "/homeCareCapacity"
	return Sum(whole, parts, ref, branches, known)
}

// value is a figure's value; the test fails when it has none.
func value(t testing.TB, f *commonv1.Figure) float64 {
	t.Helper()
	v, ok := figure.Value(f)
	if !ok {
		t.Fatalf("no value: %v", f)
	}
	return v
}

func hiddenFor(f *commonv1.Figure) reason { return f.GetHidden().GetReason() }

func noteCount(c *homecarev1.HomeCareCapacity, code string) int32 {
	for _, n := range c.GetDataNotes() {
		if n.GetCode() == code {
			return n.GetCount()
		}
	}
	return 0
}
