package illustrative

import (
	"fmt"
	"strings"

	housingv1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

const (
	rent   = housingv1.Tenure_TENURE_AFFORDABLE_RENT
	shared = housingv1.Tenure_TENURE_SHARED_OWNERSHIP
	sale   = housingv1.Tenure_TENURE_OUTRIGHT_SALE
)

// tenureColumns are the columns of the housing sheet, in order of tenure.
var tenureColumns = []string{"affordable_rent", "shared_ownership", "outright_sale"}

// scheme is a housing scheme with what its returns are made from.
type scheme struct {
	entry *housingv1.HousingScheme
	life  life
}

var schemeKinds = map[string]struct {
	kind  housingv1.SchemeKind
	title string
}{
	extraCare:         {housingv1.SchemeKind_SCHEME_KIND_EXTRA_CARE, "Extra Care"},
	enhancedSheltered: {housingv1.SchemeKind_SCHEME_KIND_ENHANCED_SHELTERED, "Enhanced Sheltered"},
	sheltered:         {housingv1.SchemeKind_SCHEME_KIND_SHELTERED, "Sheltered"},
	retirement:        {housingv1.SchemeKind_SCHEME_KIND_RETIREMENT, "Retirement"},
}

// schemesOf makes a district's schemes, kind by kind.
func (p *Plan) schemesOf(d District) []scheme {
	var all []scheme
	for _, kind := range housing.kinds {
		all = append(all, p.schemesOfKind(d, kind)...)
	}
	return all
}

func (p *Plan) schemesOfKind(d District, kind string) []scheme {
	planned := d.counts[housing][kind]
	n := planned["schemes"]
	s := newStream(p.Seed, housing.name, string(d.Code), kind)
	rate := turnover{closing: p.rates.SchemesClosing, opening: p.rates.SchemesOpening}
	if kind == extraCare {
		rate = turnover{} // Every scheme of it is in the plan, so that need by tenure can be.
	}
	lives := p.lives(s, n, rate)
	units := unitsOf(s, planned, kind == extraCare, len(lives))
	schemes := make([]scheme, 0, len(lives))
	for i, l := range lives {
		if made, ok := p.newScheme(d, kind, l, i+1, units[i]); ok {
			schemes = append(schemes, made)
		}
	}
	return schemes
}

// unitsOf deals the planned homes to schemes, tenure by tenure; those that open later
// are like one that is there. Where tenures are not mixed, the first schemes are to
// rent and the others to buy, as many of each as the homes ask for.
func unitsOf(s *stream, planned counts, mixed bool, n int) [][]int {
	known := planned["schemes"]
	units := make([][]int, known, n)
	if known == 0 {
		return units
	}
	rented := rentedSchemes(planned)
	for t, column := range tenureColumns {
		weights := s.weights(known, 40, 100)
		for i := range weights {
			if toRent := t == 0; !mixed && known > 1 && toRent != (i < rented) {
				weights[i] = 0
			}
		}
		for i, n := range deal(planned[column], weights, nil) {
			units[i] = append(units[i], n)
		}
	}
	for len(units) < n {
		units = append(units, units[s.below(known)])
	}
	return units
}

// rentedSchemes is how many of the schemes are to rent, in proportion to the homes:
// at least one where there are any, and not all where others are to buy.
func rentedSchemes(planned counts) int {
	rented, bought := planned[tenureColumns[0]], planned[tenureColumns[1]]+planned[tenureColumns[2]]
	schemes := split(planned["schemes"], rented, bought)[0]
	if rented > 0 {
		schemes = max(1, schemes)
	}
	if bought > 0 {
		schemes = min(planned["schemes"]-1, schemes)
	}
	return schemes
}

// newScheme makes a scheme; false where no home fell to it.
func (p *Plan) newScheme(d District, kind string, l life, number int, units []int) (scheme, bool) {
	id := ownID("hs", d.Code, strings.ReplaceAll(kind, "_", "-")+"-", number)
	s := newStream(p.Seed, "scheme", id)
	words := schemeKinds[kind]
	entry := &housingv1.HousingScheme{
		Name: "housingSchemes/" + id, Title: fmt.Sprintf("Illustrative %s %02d, %s", words.title, number, d.Name),
		Kind: words.kind, District: "districts/" + string(d.Code), Placement: stated(),
		Address: fmt.Sprintf("%d Illustration Court, %s", number, d.Name), SourceId: registerSource,
		OpenedOn: l.opens.String(), ClosedOn: l.closes.String(),
	}
	entry.Provider, entry.ProviderTitle = landlord(s)
	for t, n := range units {
		if n > 0 {
			entry.Units = append(entry.Units, &housingv1.TenureUnits{Tenure: housingv1.Tenure(t + 1), Units: int32(n)})
		}
	}
	entry.Latitude, entry.Longitude = d.centre.point(s)
	charge := float64(s.between(9, 35))
	switch kind {
	case extraCare:
		entry.CareProvider = group(s).id
		charge = float64(s.between(55, 110))
		if radius := float64(s.between(1, 3)); s.chance(p.rates.HubShare) {
			entry.HubRadiusMiles = &radius
		}
	case enhancedSheltered:
		entry.CareProvider = local(s, branchProviderIDs, "Home Care", d, d.Total(homeCare.name, otherBranches, "branches")).id
		charge = float64(s.between(30, 60))
	}
	if !s.chance(p.rates.DetailUnsaid) {
		entry.ServiceChargePerWeek = &charge
	}
	return scheme{entry: entry, life: l}, len(entry.GetUnits()) > 0
}

// landlord draws one of the housing associations that let the schemes.
func landlord(s *stream) (id, title string) {
	const landlords = 16
	n := 1 + min(s.below(landlords), s.below(landlords))
	return fmt.Sprintf("providers/ll-illustrative-%02d", n), fmt.Sprintf("Illustrative Housing Association %02d", n)
}
