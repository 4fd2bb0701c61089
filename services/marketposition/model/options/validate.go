package options

import (
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
)

// Bounds that keep an appraisal's memory and time in hand.
const (
	mostDraws      = 100_000
	mostJudgements = 2_000_000 // candidates times draws
	mostBeds       = 1_000
	mostPounds     = 1e9
)

// Validate names every fault of the input by its field, or returns nil.
func (in Input) Validate() error {
	var faults errs.Collector
	check.Whole(&faults, "draws", 1, mostDraws, in.Draws)
	if !(in.Within > 0 && in.Within < 1) {
		faults.Add("within", "must be a share of draws between 0 and 1, not %v", in.Within)
	}
	candidates := len(in.Options) * len(in.Districts) * len(in.Sizes)
	if candidates == 0 {
		faults.Add("options", "nothing to appraise without an option, a district and a size")
	} else if in.Draws > mostJudgements/candidates {
		faults.Add("draws", "%d draws of %d candidates are more than the %d judgements allowed", in.Draws, candidates, mostJudgements)
	}
	in.Values.NeedMet.Check(&faults, "values.need_met", 0, mostPounds)
	in.Values.AvoidablePlacement.Check(&faults, "values.avoidable_placement", 0, mostPounds)
	for i, option := range in.Options {
		option.check(&faults, fmt.Sprintf("options[%d]", i))
	}
	for i, district := range in.Districts {
		if err := district.check(&faults, fmt.Sprintf("districts[%d]", i)); err != nil {
			return err
		}
	}
	for i, size := range in.Sizes {
		field := fmt.Sprintf("sizes[%d]", i)
		check.Whole(&faults, field+".beds", 1, mostBeds, size.Beds)
		check.Between(&faults, field+".nursing_share", 0, 1, size.NursingShare)
	}
	return faults.Err()
}

func (o Option) check(faults *errs.Collector, field string) {
	if o.ID == "" {
		faults.Add(field+".id", "every option has an id")
	}
	o.PostsPerBed.Check(faults, field+".posts_per_bed", math.SmallestNonzeroFloat64, mostBeds)
	o.CapitalPerBed.Check(faults, field+".capital_per_bed", 0, mostPounds)
	o.CapitalCharge.Check(faults, field+".capital_charge", 0, 1)
	o.FixedPerBed.Check(faults, field+".fixed_per_bed", 0, mostPounds)
	o.VariablePerResident.Check(faults, field+".variable_per_resident", 0, mostPounds)
	o.FeePerResident.Check(faults, field+".fee_per_resident", 0, mostPounds)
	o.Occupancy.Check(faults, field+".occupancy", 0, 1)
}

func (d District) check(faults *errs.Collector, field string) error {
	if d.ID == "" {
		faults.Add(field+".id", "every district has an id")
	}
	check.AtLeast(faults, field+".vacant_posts", 0, d.VacantPosts)
	d.Recruitable.Check(faults, field+".recruitable", 0, mostPounds)
	return faults.Merge(field+".market", d.Market.Validate())
}
