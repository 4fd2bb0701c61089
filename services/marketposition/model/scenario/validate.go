package scenario

import (
	"fmt"
	"math"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/check"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// Bounds that keep a run's memory and time in hand.
const (
	mostYears  = 60
	mostDraws  = 100_000
	mostValues = 32 << 20 // figures kept over all draws: a quarter of a gigabyte
	mostPeople = 1e8
)

// Validate names every fault of the input by its field, or returns nil.
func (in Input) Validate() error {
	var faults errs.Collector
	check.Whole(&faults, "draws", 2, mostDraws, in.Draws)
	if !(in.Within > 0 && in.Within < 1) {
		faults.Add("within", "must be a share of draws between 0 and 1, not %v", in.Within)
	}
	if in.LastYear < in.FirstYear || in.LastYear-in.FirstYear >= mostYears {
		faults.Add("last_year", "must be %d or one of the %d years after it, not %d", in.FirstYear, mostYears-1, in.LastYear)
		return faults.Err()
	}
	perDraw := (len(in.Districts) + 1) * (in.LastYear - in.FirstYear + 1) * worlds * int(Figures)
	if in.Draws > mostValues/perDraw {
		faults.Add("draws", "%d draws of %d figures are more than the %d that are kept", in.Draws, perDraw, mostValues)
	}
	in.checkRates(&faults)
	if err := in.checkDistricts(&faults); err != nil {
		return err
	}
	if err := in.checkLevers(&faults); err != nil {
		return err
	}
	return faults.Err()
}

func (in Input) checkRates(faults *errs.Collector) {
	for i, rate := range in.Rates {
		if _, known := interaction.ParseSetting(rate.Setting); !known {
			faults.Add(fmt.Sprintf("rates[%d].setting", i), "%q is not one of the four settings", rate.Setting)
		}
	}
	interaction.CheckOverflow(faults, "overflow", in.Overflow)
	for _, s := range interaction.Settings() {
		field, staffing := fmt.Sprintf("staffing[%s]", s), in.Staffing[s]
		staffing.PeoplePerPost.Check(faults, field+".people_per_post", 0, mostPeople)
		staffing.Turnover.Check(faults, field+".turnover", 0, monthsInYear)
		staffing.Starters.Check(faults, field+".starters", 0, mostPeople)
	}
}

func (in Input) checkDistricts(faults *errs.Collector) error {
	if len(in.Districts) == 0 {
		faults.Add("districts", "a scenario has at least one district")
	}
	seen := map[string]bool{"": true, All: true}
	for i, d := range in.Districts {
		field := fmt.Sprintf("districts[%d]", i)
		if seen[d.ID] {
			faults.Add(field+".id", "must be an id that no other district has, not %q", d.ID)
		}
		seen[d.ID] = true
		if err := in.checkPopulation(faults, field, d.Population); err != nil {
			return err
		}
		for _, s := range interaction.Settings() {
			d.Places[s].Check(faults, fmt.Sprintf("%s.places[%s]", field, s), 0, math.Inf(1))
			team := d.Teams[s]
			check.Between(faults, fmt.Sprintf("%s.teams[%s].posts", field, s), 0, mostPeople, team.Posts)
			if !(team.Filled >= 0 && team.Filled <= team.Posts) {
				faults.Add(fmt.Sprintf("%s.teams[%s].filled", field, s), "must lie between 0 and the %v posts, not at %v", team.Posts, team.Filled)
			}
		}
	}
	return nil
}

// checkPopulation holds a population to the rates and to both ends of the years.
func (in Input) checkPopulation(faults *errs.Collector, field string, population need.Population) error {
	for _, year := range [...]int{in.FirstYear, in.LastYear} {
		if err := (need.Input{Population: population, Year: year, Rates: in.Rates}).Validate(); err != nil {
			return faults.Merge(field, err)
		}
	}
	return nil
}

func (in Input) checkLevers(faults *errs.Collector) error {
	var most [interaction.Count]interaction.BySetting
	for s := range most {
		for t := range most[s] {
			most[s][t] = in.Overflow[s][t].High
		}
	}
	for i, lever := range in.Levers {
		field := fmt.Sprintf("levers[%d]", i)
		if err := in.checkLever(faults, field, lever); err != nil {
			return err
		}
		if lever.What == TimesOverflow && lever.namesSettings() {
			most[lever.Setting][lever.To] *= math.Max(1, lever.By.High)
		}
	}
	for s, row := range most {
		if sum := row.Sum(); sum > 1+1e-9 {
			faults.Add("levers", "together they could send on %v of those whom %s turns away", sum, interaction.Setting(s))
		}
	}
	return nil
}

func (in Input) checkLever(faults *errs.Collector, field string, lever Lever) error {
	if lever.What < AddPlaces || lever.What > UsePopulation {
		faults.Add(field+".what", "must be one of the seven things a lever acts on, not %d", int(lever.What))
	}
	if !lever.namesSettings() {
		faults.Add(field+".setting", "must be one of the four settings")
	}
	if lever.District != "" && !in.has(lever.District) {
		faults.Add(field+".district", "%q is not among the districts", lever.District)
	}
	check.Whole(faults, field+".from_year", in.FirstYear, in.LastYear, lever.FromYear)
	if lever.ToYear != 0 && lever.ToYear < lever.FromYear {
		faults.Add(field+".to_year", "%d comes before %d", lever.ToYear, lever.FromYear)
	}
	switch lever.What {
	case UsePopulation:
		return in.checkPopulation(faults, field, lever.Population)
	case AddPlaces:
		lever.By.Check(faults, field+".by", -mostPeople, mostPeople)
	default:
		lever.By.Check(faults, field+".by", 0, mostPeople)
	}
	return nil
}

func (l Lever) namesSettings() bool {
	return l.Setting >= 0 && l.Setting < interaction.Count && l.To >= 0 && l.To < interaction.Count
}

func (in Input) has(district string) bool {
	for _, d := range in.Districts {
		if d.ID == district {
			return true
		}
	}
	return false
}
