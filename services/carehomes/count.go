package carehomes

import (
	"cmp"
	"slices"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// olderTypes and workingAgeTypes split DHSC's eleven bed types by whom they serve.
var (
	olderTypes = []carehomesv1.BedType{
		carehomesv1.BedType_BED_TYPE_COMMUNITY_CARE, carehomesv1.BedType_BED_TYPE_DEMENTIA_NURSING,
		carehomesv1.BedType_BED_TYPE_DEMENTIA_RESIDENTIAL, carehomesv1.BedType_BED_TYPE_GENERAL_NURSING,
		carehomesv1.BedType_BED_TYPE_GENERAL_RESIDENTIAL, carehomesv1.BedType_BED_TYPE_TRANSITIONAL,
	}
	workingAgeTypes = []carehomesv1.BedType{
		carehomesv1.BedType_BED_TYPE_LEARNING_DISABILITY_NURSING, carehomesv1.BedType_BED_TYPE_LEARNING_DISABILITY_RESIDENTIAL,
		carehomesv1.BedType_BED_TYPE_MENTAL_HEALTH_NURSING, carehomesv1.BedType_BED_TYPE_MENTAL_HEALTH_RESIDENTIAL,
		carehomesv1.BedType_BED_TYPE_YOUNG_PHYSICALLY_DISABLED,
	}
	allTypes = slices.Concat(olderTypes, workingAgeTypes)
)

const (
	bedTypes = int(carehomesv1.BedType_BED_TYPE_YOUNG_PHYSICALLY_DISABLED) + 1
	payers   = int(carehomesv1.Payer_PAYER_SELF_FUNDER) + 1
	ratings  = int(carehomesv1.Rating_RATING_NO_PUBLISHED_RATING) + 1
)

// beds is the state of a group of beds, and of how many homes.
type beds struct{ homes, maximum, used, admittable int }

func (b *beds) add(o beds) {
	b.homes += o.homes
	b.maximum += o.maximum
	b.used += o.used
	b.admittable += o.admittable
}

// rated counts homes and registered beds of one rating.
type rated struct{ homes, beds int }

// count is a district added up, before anything is hidden.
type count struct {
	homes, registered int
	types             [bedTypes]beds
	// older and working are the homes that return beds of either group: their bed types
	// cannot be added up, since a home has several.
	older, working     int
	occupancies        []float64
	payers             [payers]int
	payersFrom         int
	placedBy           map[string]int
	groups             map[string]int
	ratings            [ratings]rated
	employed, agency   int
	staffFrom          int
	setAside, doubtful int
	continued          int
	returns, register  figure.Tally
}

// tally adds up the homes of a district that are open on a day.
func tally(day period.Date, homes []Standing) *count {
	c := &count{placedBy: map[string]int{}, groups: map[string]int{}}
	byName := make(map[string]*Standing, len(homes))
	for i := range homes {
		byName[homes[i].Place.GetName()] = &homes[i]
	}
	asAt := day.String()
	for i := range homes {
		if !openOn(homes[i].Place, asAt) {
			continue
		}
		s, again := continued(homes[i], func(name string) *Standing { return byName[name] })
		if again {
			c.continued++
		}
		c.addHome(day, s)
	}
	return c
}

func (c *count) addHome(day period.Date, s Standing) {
	h := s.Place
	c.homes++
	c.registered += int(h.GetRegisteredBeds())
	c.groups[group(h)] += int(h.GetRegisteredBeds())
	c.ratings[h.GetRating()].homes++
	c.ratings[h.GetRating()].beds += int(h.GetRegisteredBeds())
	c.register.Expect(1)
	c.register.Answer(asKnown(h), false, s.PlaceSource)
	c.returns.Expect(1)
	c.returns.Rest(s.PlaceSource)
	if h.GetPlacement().GetDoubt() != "" {
		c.doubtful++
	}
	if s.SetAside {
		c.setAside++
	}
	if s.Returned {
		said, err := period.Parse(s.AsAt)
		c.returns.Answer(s.AsAt, err == nil && period.Stale(said, day), s.Source)
		c.addReturn(s.Return)
	}
}

// group is who decides over a home: the brand where there is one, else the provider, else,
// where the register does not say, the home alone.
func group(h *carehomesv1.CareHome) string {
	if h.GetBrand() != "" {
		return "brand/" + h.GetBrand()
	}
	return cmp.Or(h.GetProvider(), h.GetName())
}

func asKnown(h *carehomesv1.CareHome) string {
	return h.GetRecordedAt().AsTime().Format("2006-01-02")
}

func (c *count) addReturn(r *carehomesv1.CareHomeReturn) {
	var all, older beds
	complete := true
	for _, b := range r.GetBeds() {
		one := beds{homes: 1, maximum: int(b.GetMaximum()), used: int(b.GetUsed()), admittable: int(b.GetAccepting())}
		c.types[b.GetBedType()].add(one)
		all.add(one)
		if slices.Contains(olderTypes, b.GetBedType()) {
			older.add(one)
		}
		complete = complete && (len(b.GetPayers()) > 0 || b.GetUsed() == 0)
		for _, p := range b.GetPayers() {
			c.payers[p.GetPayer()] += int(p.GetUsed())
			if p.GetPayer() == carehomesv1.Payer_PAYER_ANOTHER_COUNCIL {
				c.placedBy[p.GetPlacingAuthority()] += int(p.GetUsed())
			}
		}
	}
	if complete {
		c.payersFrom++
	}
	c.older += min(1, older.homes)
	c.working += min(1, all.homes-older.homes)
	if all.maximum > 0 {
		c.occupancies = append(c.occupancies, float64(all.used)/float64(all.maximum))
	}
	if s := r.GetStaff(); s != nil {
		c.staffFrom++
		c.employed += int(s.GetNursesEmployed() + s.GetCareWorkersEmployed() + s.GetNonCareWorkersEmployed())
		c.agency += int(s.GetNursesAgency() + s.GetCareWorkersAgency() + s.GetNonCareWorkersAgency())
	}
}

// add adds another district's count: an authority is the sum of its districts.
func (c *count) add(o *count) {
	c.homes += o.homes
	c.registered += o.registered
	for i := range c.types {
		c.types[i].add(o.types[i])
	}
	c.older += o.older
	c.working += o.working
	c.occupancies = append(c.occupancies, o.occupancies...)
	for i := range c.payers {
		c.payers[i] += o.payers[i]
	}
	c.payersFrom += o.payersFrom
	for k, v := range o.placedBy {
		c.placedBy[k] += v
	}
	for k, v := range o.groups {
		c.groups[k] += v
	}
	for i := range c.ratings {
		c.ratings[i].homes += o.ratings[i].homes
		c.ratings[i].beds += o.ratings[i].beds
	}
	c.employed += o.employed
	c.agency += o.agency
	c.staffFrom += o.staffFrom
	c.setAside += o.setAside
	c.doubtful += o.doubtful
	c.continued += o.continued
	c.returns.Add(&o.returns)
	c.register.Add(&o.register)
}

// of adds up some bed types.
func (c *count) of(types ...carehomesv1.BedType) beds {
	var sum beds
	for _, t := range types {
		sum.add(c.types[t])
	}
	return sum
}

// illustrative reports whether anything counted is made up.
func (c *count) illustrative() bool {
	return c.returns.Basis("").Illustrative || c.register.Basis("").Illustrative
}

const (
	shown     = commonv1.HiddenReason_HIDDEN_REASON_UNSPECIFIED
	small     = commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER
	secondary = commonv1.HiddenReason_HIDDEN_REASON_SECONDARY
	few       = commonv1.HiddenReason_HIDDEN_REASON_FEW_CONTRIBUTORS
)
