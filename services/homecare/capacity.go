package homecare

import (
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// Question is what a capacity answers.
type Question struct {
	// Name is the capacity's own, such as districts/E07000082/homeCareCapacity.
	Name string
	// Districts are those it speaks of, districts/{code}: one, or all of an authority.
	Districts []string
	AsAt      period.Date
	Audience  commonv1.Audience
	// KnownAt and Revision say what the branches were read as of.
	KnownAt  *timestamppb.Timestamp
	Revision int64
}

// Reference is what the market is read by, beside its register and returns.
type Reference struct {
	// Zones are at least those that reach into the districts asked about.
	Zones *Zones
	Rules Rules
}

// Capacity is a district's capacity: a pure function of the zones and the branches that
// serve it or have their office there, with the returns that stand, as DOMAIN's home care
// market defines it. Sources are those that branches, returns and zones name.
func Capacity(q Question, ref Reference, branches []Standing, sources figure.Sources) *homecarev1.HomeCareCapacity {
	c := tally(q, ref, false, branches, sources)
	return render(q, ref, c, hide(c, q.Audience), sources)
}

// Sum gives the capacity of each district and of all of them as one, in which a branch
// that serves several counts once. Questions and branches go together; whole is the
// question of the sum.
func Sum(whole Question, parts []Question, ref Reference, branches [][]Standing, sources figure.Sources) (each []*homecarev1.HomeCareCapacity, sum *homecarev1.HomeCareCapacity) {
	masks := make([]mask, len(parts))
	for i, q := range parts {
		c := tally(q, ref, false, branches[i], sources)
		masks[i] = hide(c, q.Audience)
		each = append(each, render(q, ref, c, masks[i], sources))
	}
	c := tally(whole, ref, true, slices.Concat(branches...), sources)
	return each, render(whole, ref, c, hideSum(c, masks, whole.Audience), sources)
}

func render(q Question, ref Reference, c *count, m mask, sources figure.Sources) *homecarev1.HomeCareCapacity {
	w := writer{asAt: q.AsAt.String(), day: q.AsAt, nobodySays: "no return that counts says it for this area"}
	capacity := &homecarev1.HomeCareCapacity{
		Name: q.Name, AsAt: w.asAt, KnownAt: q.KnownAt, Revision: q.Revision,
		Branches:           w.register(&c.regulated.expected, c.regulated.branches, commonv1.Unit_UNIT_BRANCHES),
		Offices:            w.register(&c.staffExpected, c.offices, commonv1.Unit_UNIT_BRANCHES),
		Hours:              w.hours(&c.regulated, m.regulated),
		People:             w.people(&c.regulated.expected, &c.regulated.people, m.regulated.people),
		Payers:             w.payers(&c.regulated, m.payers),
		Waiting:            w.waiting(&c.flows, m.flows.waiting),
		HandedBack:         w.handedBack(&c.flows, m.flows.handedBack),
		OutsideCqc:         w.supply(homecarev1.SupplyKind_SUPPLY_KIND_UNSPECIFIED, &c.outside, m.outside),
		IntermediateCare:   w.cases(&c.flows, m.flows),
		SpareConcentration: c.spare.render(w.asAt),
		HeadOfficeOnly:     w.headOffice(c, m),
		Staff: &homecarev1.StaffUse{
			Employed: w.people(&c.staffExpected, &c.employed, m.employed),
			Agency:   w.people(&c.staffExpected, &c.agency, m.agencyUse),
		},
		DataNotes: notes(c, ref.Rules),
	}
	for i, z := range c.zones {
		capacity.Zones = append(capacity.Zones, w.zone(z, m.zones[i]))
	}
	for k := 1; k < kindCount; k++ {
		if c.kinds[k].branches > 0 {
			capacity.Supplies = append(capacity.Supplies, w.supply(homecarev1.SupplyKind(k), &c.kinds[k], m.kinds[k]))
		}
	}
	figure.Each(capacity, func(_ string, f *commonv1.Figure) {
		capacity.Illustrative = capacity.Illustrative || f.GetIllustrative()
	})
	capacity.Sources = sources.Cited(capacity)
	return capacity
}
