package marketposition

import (
	"math"
	"strings"

	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/reconciliation"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/pkg/rules"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// checkShape checks the rules that stand in the proto.
func (s *Server) checkShape(m proto.Message) error { return rules.Check(s.checker, m) }

// checkFact notes every fault of one fact: its shape, its sense, its areas, its sources.
func (s *Server) checkFact(faults *errs.Collector, f facts.Fact, sources figure.Sources) error {
	if err := faults.Merge(f.Field, s.checkShape(f.Message)); err != nil {
		return err
	}
	if collection, id, _ := strings.Cut(f.ID, "/"); collection == "" || id == "" {
		faults.Add(f.Field+".name", "%q is not a name such as actions/a-name", f.ID)
	}
	if len(f.Areas) == 0 {
		faults.Add(f.Field, "concerns no area")
	}
	for _, area := range f.Areas {
		if len(facts.DistrictsOf(s.atlas, []string{area})) == 0 {
			faults.Add(f.Field, "%q is no district, authority or region of England", area)
		}
	}
	for _, id := range facts.Cited(f.Message) {
		if sources[id] == nil {
			faults.Add(f.Field, "%q is not a known source", id)
		}
	}
	var sense errs.Collector
	checkSense(&sense, f.Message)
	return faults.Merge(f.Field, sense.Err())
}

func checkSense(faults *errs.Collector, m proto.Message) {
	switch m := m.(type) {
	case *marketpositionv1.Population:
		checkPopulation(faults, m)
	case *marketpositionv1.Projection:
		checkProjection(faults, m)
	case *marketpositionv1.DementiaRate:
		checkRate(faults, m.GetLow(), m.GetCentral(), m.GetHigh(), 1)
	case *marketpositionv1.NeedRate:
		if m.GetSetting() == 0 {
			faults.Add("setting", "is not given")
		}
		if len(m.GetSourceIds()) == 0 {
			faults.Add("source_ids", "a rate names its sources")
		}
		checkRate(faults, m.GetLow(), m.GetCentral(), m.GetHigh(), m.GetPer())
	case *marketpositionv1.SignalRule:
		if m.GetDirection() == 0 {
			faults.Add("direction", "is not given")
		}
	case *marketpositionv1.PublishedFigure:
		if m.GetFigure().GetState() == nil && m.GetFigure().GetUnit() == 0 {
			faults.Add("figure", "is not given")
		}
	case *marketpositionv1.Assumption:
		if !(m.GetLow() <= m.GetCentral() && m.GetCentral() <= m.GetHigh()) {
			faults.Add("central", "low, central and high must be in that order: not %v, %v, %v", m.GetLow(), m.GetCentral(), m.GetHigh())
		}
	case *marketpositionv1.Action:
		checkDue(faults, m)
	case *marketpositionv1.ClaimRelation:
		reconciliation.Validate(faults, m)
	case *marketpositionv1.QualifierMeaning:
		if !(m.GetLow() <= m.GetHigh()) {
			faults.Add("high", "is %v, below the low of %v", m.GetHigh(), m.GetLow())
		}
	}
}

func checkDue(faults *errs.Collector, a *marketpositionv1.Action) {
	if a.GetDueBy() == "" {
		return
	}
	if _, err := period.Parse(a.GetDueBy()); err != nil {
		faults.Add("due_by", "%v", err)
	}
}

func checkRate(faults *errs.Collector, low, central, high, most float64) {
	if !(0 <= low && low <= central && central <= high && high <= most) || math.IsInf(most, 1) {
		faults.Add("central", "low, central and high must be in that order, from 0 to %v: not %v, %v, %v", most, low, central, high)
	}
}

// checkPopulation wants bands of one sex in rising order without overlaps.
func checkPopulation(faults *errs.Collector, p *marketpositionv1.Population) {
	if _, err := period.Parse(p.GetAsAt()); err != nil {
		faults.Add("as_at", "%v", err)
	}
	next := map[marketpositionv1.Sex]int{}
	for _, c := range p.GetCounts() {
		b := facts.AgeBand(c)
		if b.From < next[c.GetSex()] || b.To < b.From {
			faults.Add("counts", "ages %s are out of order, or stand twice", b)
		}
		if c.GetPeople() < 0 {
			faults.Add("counts", "ages %s have %d people", b, c.GetPeople())
		}
		next[c.GetSex()] = max(next[c.GetSex()], min(b.To, math.MaxInt32-1)+1)
	}
	if len(p.GetCounts()) == 0 {
		faults.Add("counts", "there are none")
	}
}

func checkProjection(faults *errs.Collector, p *marketpositionv1.Projection) {
	next := 0
	for _, g := range p.GetGroups() {
		b := facts.AgeBand(g)
		if b.From < next || b.To < b.From {
			faults.Add("groups", "ages %s are out of order, or stand twice", b)
		}
		next = min(b.To, math.MaxInt32-1) + 1
		year := int32(0)
		for _, y := range g.GetYears() {
			if y.GetYear() <= year || !(y.GetPeople() >= 0) || math.IsInf(y.GetPeople(), 1) {
				faults.Add("groups", "ages %s: %d with %v people is out of order, or not a number of people", b, y.GetYear(), y.GetPeople())
			}
			year = y.GetYear()
		}
		if len(g.GetYears()) == 0 {
			faults.Add("groups", "ages %s have no years", b)
		}
	}
	if len(p.GetGroups()) == 0 {
		faults.Add("groups", "there are none")
	}
}
