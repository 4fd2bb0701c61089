package placements

import (
	"maps"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
)

// Titles are the names of authorities by code.
type Titles map[string]string

// TitlesOf are those of an atlas.
func TitlesOf(atlas *geo.Atlas) Titles {
	all := Titles{}
	for _, a := range atlas.Authorities() {
		all[string(a.Code)] = a.Name
	}
	return all
}

// hosted is the residents of one district's homes by who placed them.
type hosted struct {
	own, imported, unknown, residents span
	// origins are the councils that are named, without its own.
	origins map[string]*commonv1.Figure
	// anyone is what the homes say of other councils' residents, named or not.
	anyone *commonv1.Figure
	says   *carehomesv1.CareHomeCapacity
}

// hostedBy reads what a district's homes say. Only what is shown is read, so that nothing
// made of it can show more.
func hostedBy(says *carehomesv1.CareHomeCapacity) hosted {
	beds, all := says.GetTotal().GetMaximum(), says.GetTotal().GetUsed()
	h := hosted{
		says: says, anyone: says.GetPlacedByOtherAuthoritiesTotal(), origins: map[string]*commonv1.Figure{},
		residents: spanOf(all, beds), own: spanOf(ownResidents(says), all, beds),
	}
	anyone := spanOf(h.anyone, all, beds)
	var named, unnamed span
	for _, p := range says.GetPlacedByOtherAuthorities() {
		part := spanOf(p.GetResidents(), h.anyone, all, beds)
		if p.GetAuthority() == "" {
			unnamed = unnamed.plus(part)
			continue
		}
		named = named.plus(part)
		h.origins[strings.TrimPrefix(p.GetAuthority(), facts.AuthorityPrefix)] = p.GetResidents()
	}
	h.imported = named.within(anyone.minus(unnamed))
	h.unknown = h.residents.minus(h.own.plus(h.imported))
	return h
}

// ownResidents are those whom the district's own council placed; nil when nobody says.
func ownResidents(says *carehomesv1.CareHomeCapacity) *commonv1.Figure {
	for _, p := range says.GetPayers() {
		if p.GetPayer() == carehomesv1.Payer_PAYER_THIS_COUNCIL {
			return p.GetResidents()
		}
	}
	return nil
}

// said reports whether any home says who pays.
func (h hosted) said() bool { return h.anyone.GetNotCollected() == nil && h.anyone != nil }

const (
	formulaUnknown  = "residents - own - imported"
	formulaImported = "sum of the residents whom other councils placed, where the home names the council"
	formulaShare    = "100 x imported / beds"
	formulaExported = "sum of the residents in homes of other authorities that name this council as placing them"
	formulaNet      = "imported - exported"
	whyNoExports    = "councils place residents, not districts: see the authority"
)

const (
	people  = commonv1.Unit_UNIT_PEOPLE
	percent = commonv1.Unit_UNIT_PERCENT
)

// OfDistrict is what the homes of one district take in.
func OfDistrict(title, asAt string, says *carehomesv1.CareHomeCapacity, titles Titles) *marketpositionv1.PlacementBalance {
	return hostedBy(says).balance(title, asAt, titles)
}

func (h hosted) balance(title, asAt string, titles Titles) *marketpositionv1.PlacementBalance {
	use := h.says.GetTotal()
	payers := figure.Join(asAt, h.anyone)
	b := &marketpositionv1.PlacementBalance{
		Area: areaOf(h.says), Title: title, Residents: use.GetUsed(), Beds: use.GetMaximum(), Own: ownResidents(h.says),
		Imported:      h.imported.figure(payers, people, formulaImported),
		UnknownOrigin: h.unknown.figure(figure.Join(asAt, use.GetUsed(), h.anyone), people, formulaUnknown),
		Exported:      payers.NotCollected(whyNoExports, people),
		NetImport:     payers.NotCollected(whyNoExports, people),
	}
	if b.GetOwn() == nil {
		b.Own = payers.NotCollected("no home says whom its own council placed", people)
	}
	if !h.said() {
		b.Own = payers.NotCollected(h.anyone.GetNotCollected().GetWhy(), people)
		b.Imported = b.Own
	}
	b.ImportedShare = importedShare(asAt, b.GetImported(), b.GetBeds(), h.imported)
	for _, code := range slices.Sorted(maps.Keys(h.origins)) {
		b.Origins = append(b.Origins, flow(code, titles, h.origins[code]))
	}
	return b
}

func flow(code string, titles Titles, residents *commonv1.Figure) *marketpositionv1.PlacementFlow {
	return &marketpositionv1.PlacementFlow{Authority: facts.AuthorityPrefix + code, Title: titles[code], Residents: residents}
}

// importedShare is the share of beds with residents of other councils.
func importedShare(asAt string, imported, beds *commonv1.Figure, in span) *commonv1.Figure {
	basis := figure.Join(asAt, imported, beds)
	n, ok := figure.Value(beds)
	switch {
	case !ok || n == 0:
		return figure.With(basis.NotEnough("there are no beds", percent), formulaShare)
	case imported.GetNotCollected() != nil:
		return figure.With(basis.NotEnough(imported.GetNotCollected().GetWhy(), percent), formulaShare)
	case imported.GetNotEnoughData() != nil:
		return figure.With(basis.NotEnough(imported.GetNotEnoughData().GetWhy(), percent), formulaShare)
	}
	return ranged(basis, percent, formulaShare, 100*float64(in.least)/n, 100*float64(in.most)/n, in.open)
}

// areaOf is the area that a capacity speaks of.
func areaOf(says *carehomesv1.CareHomeCapacity) string {
	area, _, _ := strings.Cut(says.GetName(), "/careHomeCapacity")
	return area
}
