// Package homeoptions appraises new care homes from live data: it turns assumptions of what
// each way of operating costs and an authority's districts into the model's input (package
// model/options), and what the model finds into figures. It is pure.
package homeoptions

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/options"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// What a request has where it leaves it out.
const (
	defaultDraws        = 1000
	defaultSeed         = 1
	defaultWithin       = 0.9
	defaultBeds         = 64
	defaultNursingShare = 0.5
)

// The ids of assumptions. Those of a way of operating begin with prefix and its own id: a new
// way is so many new rows.
const (
	prefix      = "new-home-"
	recruitable = prefix + "recruitable-share-of-starters"
	needMet     = "worth-of-need-met"
	avoidable   = "worth-of-avoidable-placement"
	postsPerBed = "-posts-per-bed"
)

// plenty is posts that set no limit to any home.
const plenty = 1e6

// ask is a request on its way into the model.
type ask struct {
	*marketpositionv1.AppraiseCareHomeOptionsRequest
	in          statement.Inputs
	outlook     *statement.Outlook
	assumptions *statement.Assumptions
	faults      *errs.Collector
	model       options.Input
	candidates  []statement.Prospect
}

// prepare puts the request into the model's words, noting every fault.
func (a *ask) prepare() {
	a.model = options.Input{
		Draws: int(cmp.Or(a.GetDraws(), defaultDraws)), Seed: uint64(cmp.Or(a.GetSeed(), defaultSeed)), Within: cmp.Or(a.GetWithin(), defaultWithin),
		Values: options.Values{NeedMet: a.needed(needMet), AvoidablePlacement: a.needed(avoidable)},
	}
	a.options()
	a.districts()
	for _, size := range a.GetSizes() {
		a.model.Sizes = append(a.model.Sizes, options.Size{Beds: int(size.GetBeds()), NursingShare: size.GetNursingShare()})
	}
	if len(a.model.Sizes) == 0 {
		a.model.Sizes = []options.Size{{Beds: defaultBeds, NursingShare: defaultNursingShare}}
	}
	a.order()
}

// order puts ways and sizes in one order, whatever the request's: each draw goes through them in
// turn, so that another order would be another draw.
func (a *ask) order() {
	slices.SortStableFunc(a.model.Options, func(x, y options.Option) int { return cmp.Compare(x.ID, y.ID) })
	slices.SortStableFunc(a.model.Sizes, func(x, y options.Size) int {
		return cmp.Or(cmp.Compare(x.Beds, y.Beds), cmp.Compare(x.NursingShare, y.NursingShare))
	})
}

// needed is an assumption of the whole authority that there must be.
func (a *ask) needed(id string) assume.Assumption {
	value, known := a.assumptions.ForAll(id)
	if !known {
		a.faults.Add("name", "nothing is assumed here of %s", facts.Assumptions+"/"+id)
	}
	return value
}

// known lists the ways of operating of which anything is assumed.
func (a *ask) known() []string {
	var ids []string
	for _, one := range a.in.Known.Assumptions {
		id, ok := strings.CutPrefix(one.GetName(), facts.Assumptions+"/"+prefix)
		if id, whole := strings.CutSuffix(id, postsPerBed); ok && whole {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (a *ask) options() {
	known := a.known()
	asked := a.GetOptions()
	if len(asked) == 0 {
		asked = known
	}
	for i, id := range asked {
		if !slices.Contains(known, id) {
			a.faults.Add(fmt.Sprintf("options[%d]", i), "%q is not one of the ways known here: %s", id, strings.Join(known, ", "))
			continue
		}
		of := func(parameter string) assume.Assumption { return a.needed(prefix + id + parameter) }
		a.model.Options = append(a.model.Options, options.Option{
			ID: id, PostsPerBed: of(postsPerBed), CapitalPerBed: of("-capital-per-bed"), CapitalCharge: of("-capital-charge"),
			FixedPerBed: of("-fixed-cost-per-bed"), VariablePerResident: of("-variable-cost-per-resident"), FeePerResident: of("-fee-per-resident"),
			Occupancy: of("-occupancy"),
		})
	}
}

// districts are the candidates that can be reckoned with.
func (a *ask) districts() {
	share := a.needed(recruitable)
	wanted := map[geo.Code]bool{}
	for i, name := range a.GetDistricts() {
		code := strings.TrimPrefix(name, facts.DistrictPrefix)
		if !a.in.Area.Includes(code) {
			a.faults.Add(fmt.Sprintf("districts[%d]", i), "%s is not a district of %s", name, a.in.Area.Title)
		}
		wanted[geo.Code(code)] = true
	}
	for _, p := range a.outlook.Districts {
		if len(wanted) > 0 && !wanted[p.District.Code] {
			continue
		}
		a.candidates = append(a.candidates, p)
		a.model.Districts = append(a.model.Districts, options.District{
			ID: string(p.District.Code), Market: p.Input, VacantPosts: vacant(p), Recruitable: a.recruitable(p, share),
		})
	}
	if len(a.candidates) == 0 && a.faults.Len() == 0 {
		a.faults.Add("districts", "none of them can be reckoned with: %s", a.whyLeftOut(wanted))
	}
}

// whyLeftOut says of each of some districts why it cannot be reckoned with.
func (a *ask) whyLeftOut(wanted map[geo.Code]bool) string {
	var whys []string
	for _, out := range a.outlook.LeftOut {
		if wanted[geo.Code(strings.TrimPrefix(out.GetDistrict(), facts.DistrictPrefix))] {
			whys = append(whys, out.GetDistrictTitle()+": "+out.GetWhy())
		}
	}
	return strings.Join(whys, "; ")
}

// vacant counts the vacant posts of both kinds of care home: those of residential and
// nursing care as supply divides them.
func vacant(p statement.Prospect) float64 {
	sum := 0.0
	for _, s := range careHomes() {
		sum += p.Teams[s].Posts - p.Teams[s].Filled
	}
	return sum
}

// recruitable is how many posts a new home can fill: a share of those who start in the
// district's care homes in a year. Where staff are not known they set no limit.
func (a *ask) recruitable(p statement.Prospect, share assume.Assumption) assume.Assumption {
	const monthsInYear = 12
	sum := 0.0
	for _, s := range careHomes() {
		if a.outlook.StaffUnknown[s] != "" {
			return assume.Certain(plenty, "staff are not known, and set no limit")
		}
		sum += monthsInYear * a.outlook.Staffing[s].Starters.Central * p.Teams[s].Posts
	}
	return assume.Assumption{Range: share.Scale(sum), Source: share.Source}
}

func careHomes() []interaction.Setting {
	return []interaction.Setting{interaction.Residential, interaction.Nursing}
}
