package placements

import (
	"maps"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/flows"
)

// Authority is the council whose placements are asked for.
type Authority struct {
	Code, Title string
}

// Placed is what the care home market says of an authority's placements on a day.
type Placed struct {
	AsAt string
	// Homes are the capacities of the authority's districts, in order of code.
	Homes []*carehomesv1.CareHomeCapacity
	// Titles are the districts' names, in the same order.
	Titles []string
	// Elsewhere says where its residents are; nil when that is not known.
	Elsewhere *carehomesv1.PlacementPoint
}

// OfAuthority is what the homes of an authority take in and what it sends out. An
// errs.Invalid says that what the market says contradicts itself.
func OfAuthority(authority Authority, placed Placed, titles Titles) (*marketpositionv1.PlacementPeriod, error) {
	out := &marketpositionv1.PlacementPeriod{AsAt: placed.AsAt}
	all := make([]hosted, len(placed.Homes))
	for i, says := range placed.Homes {
		all[i] = hostedBy(says)
		out.Districts = append(out.Districts, all[i].balance(placed.Titles[i], placed.AsAt, titles))
	}
	var err error
	out.Authority, err = authority.balance(placed, all, titles)
	return out, err
}

// ends are what the model finds with every hidden count at its least, and at its most.
type ends struct{ least, most flows.Authority }

func (a Authority) balance(placed Placed, all []hosted, titles Titles) (*marketpositionv1.PlacementBalance, error) {
	exports := exportsOf(a.Code, placed.Elsewhere)
	var e ends
	var err error
	if e.least, err = assess(a.Code, all, exports, false); err != nil {
		return nil, err
	}
	if e.most, err = assess(a.Code, all, exports, true); err != nil {
		return nil, err
	}
	var open hosted // of which each span is open where a district's is.
	var residents, beds, anyone []*commonv1.Figure
	for _, h := range all {
		open.own, open.imported = open.own.plus(h.own), open.imported.plus(h.imported)
		open.unknown, open.residents = open.unknown.plus(h.unknown), open.residents.plus(h.residents)
		residents, beds = append(residents, h.says.GetTotal().GetUsed()), append(beds, h.says.GetTotal().GetMaximum())
		anyone = append(anyone, h.anyone)
	}
	payers, returns := figure.Pool(placed.AsAt, anyone...), figure.Pool(placed.AsAt, residents...)
	imported := span{e.least.Imported, e.most.Imported, open.imported.open}
	b := &marketpositionv1.PlacementBalance{
		Area: facts.AuthorityPrefix + a.Code, Title: a.Title,
		Own:           span{e.least.Own, e.most.Own, open.own.open}.figure(payers, people, ""),
		Imported:      imported.figure(payers, people, formulaImported),
		UnknownOrigin: span{e.least.Unknown, e.most.Unknown, open.unknown.open}.figure(returns, people, formulaUnknown),
		Residents:     open.residents.figure(returns, people, ""),
		Beds:          figure.Pool(placed.AsAt, beds...).Count(e.least.Beds, commonv1.Unit_UNIT_BEDS),
		Origins:       originsOf(placed.AsAt, all, titles),
	}
	if payers.Coverage.GetResponding() == 0 {
		b.Own = payers.NotEnough("no home says who pays", people)
		b.Imported = figure.With(b.GetOwn(), formulaImported)
	}
	b.ImportedShare = importedShare(placed.AsAt, b.GetImported(), b.GetBeds(), imported)
	exported(b, placed, e, imported, exports, titles)
	return b, nil
}

// assess runs the model with every count at one end of what is known of it.
func assess(authority string, all []hosted, exports map[string]span, most bool) (flows.Authority, error) {
	at := func(s span) int {
		if most && !s.open {
			return s.most
		}
		return s.least
	}
	var in flows.Input
	for _, h := range all {
		district := strings.TrimPrefix(areaOf(h.says), facts.DistrictPrefix)
		place := func(origin string, residents span) {
			in.Placements = append(in.Placements, flows.Placement{
				Period: period1, Origin: origin, District: district, Authority: authority, People: at(residents),
			})
		}
		place(authority, h.own)
		place(others, h.imported)
		place(flows.Unknown, h.unknown)
		in.Capacity = append(in.Capacity, flows.Capacity{
			Period: period1, District: district, Authority: authority, Beds: bedsOf(h.says),
		})
	}
	for host, residents := range exports {
		in.Placements = append(in.Placements, flows.Placement{Period: period1, Origin: authority, District: host, Authority: host, People: at(residents)})
	}
	result, err := flows.Assess(in)
	if err != nil || len(result.Periods) == 0 {
		return flows.Authority{}, err
	}
	found := slices.IndexFunc(result.Periods[0].Authorities, func(a flows.Authority) bool { return a.Code == authority })
	return result.Periods[0].Authorities[found], nil
}

const (
	// period1 is the one period that the model is given at a time.
	period1 = "1"
	// others stands for all councils but the authority's own, which hidden counts do not tell
	// apart.
	others = "others"
)

// exportsOf are the authority's residents by the authority whose homes they are in.
func exportsOf(authority string, point *carehomesv1.PlacementPoint) map[string]span {
	out := map[string]span{}
	for _, d := range point.GetDistricts() {
		host := strings.TrimPrefix(d.GetAuthority(), facts.AuthorityPrefix)
		if host != authority {
			out[host] = out[host].plus(spanOf(d.GetResidents(), d.GetOutOf()))
		}
	}
	return out
}

// originsOf adds up the councils that are named, district by district.
func originsOf(asAt string, all []hosted, titles Titles) []*marketpositionv1.PlacementFlow {
	sums, parts := map[string]span{}, map[string][]*commonv1.Figure{}
	for _, h := range all {
		for code, residents := range h.origins {
			sums[code] = sums[code].plus(spanOf(residents, h.anyone))
			parts[code] = append(parts[code], residents)
		}
	}
	var out []*marketpositionv1.PlacementFlow
	for _, code := range slices.Sorted(maps.Keys(sums)) {
		out = append(out, flow(code, titles, sums[code].figure(figure.Pool(asAt, parts[code]...), people, "")))
	}
	return out
}

// exported sets what the authority sends out, and what is left of its imports.
func exported(b *marketpositionv1.PlacementBalance, placed Placed, e ends, imported span, exports map[string]span, titles Titles) {
	said := placed.Elsewhere.GetPlacedElsewhere()
	basis := figure.Join(placed.AsAt, said)
	why := ""
	switch {
	case placed.Elsewhere == nil:
		why = "the care home market did not say where the authority's residents are elsewhere"
	case said.GetNotEnoughData() != nil:
		why = said.GetNotEnoughData().GetWhy()
	}
	net := figure.Join(placed.AsAt, b.GetImported(), said)
	if why != "" {
		b.Exported = figure.With(basis.NotEnough(why, people), formulaExported)
		b.NetImport = figure.With(net.NotEnough(why, people), formulaNet)
		return
	}
	var sum span
	for _, host := range slices.Sorted(maps.Keys(exports)) {
		sum = sum.plus(exports[host])
		b.Destinations = append(b.Destinations, flow(host, titles, exports[host].figure(basis, people, "")))
	}
	sum.least, sum.most = e.least.Exported, e.most.Exported
	b.Exported = sum.figure(basis, people, formulaExported)
	if b.GetImported().GetNotEnoughData() != nil {
		b.NetImport = figure.With(net.NotEnough(b.GetImported().GetNotEnoughData().GetWhy(), people), formulaNet)
		return
	}
	b.NetImport = ranged(net, people, formulaNet,
		float64(imported.least-sum.most), float64(imported.most-sum.least), imported.open || sum.open)
}

// bedsOf are a district's beds, which are never hidden.
func bedsOf(says *carehomesv1.CareHomeCapacity) int {
	beds, _ := figure.Value(says.GetTotal().GetMaximum())
	return int(beds)
}
