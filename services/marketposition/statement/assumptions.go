package statement

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
)

// GivenByCaller is the source of what a caller put in place of an assumption.
func GivenByCaller() *commonv1.Source {
	return &commonv1.Source{
		Id: "given-in-the-request", Kind: commonv1.SourceKind_SOURCE_KIND_ASSUMPTION, Title: "Given in the request, in place of the assumption kept here",
	}
}

// Assumptions are what models are told about an area, by name; the narrowest place counts.
// It remembers which were asked for, so that an answer can list them. It is not for
// concurrent use.
type Assumptions struct {
	area  Area
	known []*marketpositionv1.Assumption
	used  map[string]*marketpositionv1.Assumption
}

// NewAssumptions are those known of an area with a caller's own in their place, which hold
// for all of it. An errs.Invalid names every override, below field, of something unknown, given
// twice, with its ends out of order, or beyond what its unit allows.
func NewAssumptions(area Area, known []*marketpositionv1.Assumption, field string, overrides []*marketpositionv1.AssumptionOverride) (*Assumptions, error) {
	a := keptAssumptions(area, known)
	var faults errs.Collector
	given := map[string]bool{}
	for i, o := range overrides {
		at := fmt.Sprintf("%s[%d]", field, i)
		if given[o.GetAssumption()] {
			faults.Add(at+".assumption", "%s is given twice", o.GetAssumption())
		}
		given[o.GetAssumption()] = true
		if !a.override(o) {
			faults.Add(at+".assumption", "%s is not known here", o.GetAssumption())
		}
		low, high := ends(o)
		if low > o.GetCentral() || o.GetCentral() > high {
			faults.Add(at+".central", "low, central and high must be in that order: not %v, %v, %v", low, o.GetCentral(), high)
		}
		if low < 0 {
			faults.Add(at+".central", "nothing assumed here is below 0, as %v is", low)
		}
		if most := a.most(o.GetAssumption()); high > most {
			faults.Add(at+".central", "is a share, at most %v and not %v", most, high)
		}
	}
	return a, faults.Err()
}

// most is the most that an assumption can be, by its unit: a share of people is at most all
// of them. A turnover is a share of staff too and may be more than 1.
func (a *Assumptions) most(name string) float64 {
	for _, one := range a.known {
		if one.GetName() == name && slices.Contains([]string{"share", "share of people", "share of permanent and temporary posts"}, one.GetUnit()) {
			return 1
		}
	}
	return math.Inf(1)
}

// keptAssumptions are those known of an area, as they are kept.
func keptAssumptions(area Area, known []*marketpositionv1.Assumption) *Assumptions {
	return &Assumptions{area: area, known: slices.Clone(known), used: map[string]*marketpositionv1.Assumption{}}
}

func ends(o *marketpositionv1.AssumptionOverride) (low, high float64) {
	low, high = o.GetCentral(), o.GetCentral()
	if o.Low != nil {
		low = o.GetLow()
	}
	if o.High != nil {
		high = o.GetHigh()
	}
	return low, high
}

// override puts a caller's value in place of every assumption of its name.
func (a *Assumptions) override(o *marketpositionv1.AssumptionOverride) (known bool) {
	for i, standing := range a.known {
		if standing.GetName() != o.GetAssumption() {
			continue
		}
		known = true
		mine := proto.CloneOf(standing)
		mine.Central, mine.Overridden = o.GetCentral(), true
		mine.Low, mine.High = ends(o)
		mine.SourceIds = []string{GivenByCaller().GetId()}
		mine.Derivation = cmp.Or(o.GetBecause(), "Given by the caller, without a reason")
		a.known[i] = mine
	}
	return known
}

// For is the assumption of a name, without its "assumptions/", as it holds for a district of
// the area.
func (a *Assumptions) For(id, district string) (value assume.Assumption, known bool) {
	d := a.area.districtOf(district)
	return a.narrowest(id, d.Code, d.Authority, d.Region, geo.England)
}

// ForAll is the assumption of a name as it holds for the area's authority as a whole.
func (a *Assumptions) ForAll(id string) (value assume.Assumption, known bool) {
	return a.narrowest(id, a.area.Authority.Code, a.area.Authority.Region, geo.England)
}

func (a *Assumptions) narrowest(id string, areas ...geo.Code) (value assume.Assumption, known bool) {
	for _, area := range areas {
		for _, one := range a.known {
			if one.GetName() == facts.Assumptions+"/"+id && area != "" && slices.Contains(one.GetAreas(), string(area)) {
				a.used[one.GetName()+"/"+strings.Join(one.GetAreas(), "+")] = one
				return assume.Between(one.GetLow(), one.GetCentral(), one.GetHigh(), strings.Join(one.GetSourceIds(), " ")), true
			}
		}
	}
	return assume.Assumption{}, false
}

// Used are those asked for so far, in order of name.
func (a *Assumptions) Used() []*marketpositionv1.Assumption {
	out := make([]*marketpositionv1.Assumption, 0, len(a.used))
	for _, one := range a.used {
		out = append(out, one)
	}
	slices.SortFunc(out, func(x, y *marketpositionv1.Assumption) int {
		return cmp.Or(cmp.Compare(x.GetName(), y.GetName()), slices.Compare(x.GetAreas(), y.GetAreas()))
	})
	return out
}
