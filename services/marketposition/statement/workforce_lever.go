package statement

import (
	"fmt"
	"strings"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/workforceflow"
)

// The assumptions that hold the effects of levers.
const (
	effectOfPay      = "pay-turnover-points"
	effectOfTraining = "trained-turnover-ratio"
	effectOfClosing  = "overseas-recruitment-closed"
)

// levers puts each lever as the model takes it, once for each team that it acts on: what it
// does to turnover depends on the team's own.
func (p *projector) levers(faults *errs.Collector) (all []workforceflow.Lever, applied []*marketpositionv1.AppliedLever) {
	for i, l := range p.ask.Levers {
		field := fmt.Sprintf("levers[%d]", i)
		from, to := max(1, l.GetFromMonth()), l.GetToMonth()
		if int(from) > p.ask.Months {
			faults.Add(field+".from_month", "is after the last of the %d months", p.ask.Months)
		}
		if to != 0 && to < from {
			faults.Add(field+".to_month", "%d comes before month %d", to, from)
		}
		hit := false
		for _, t := range p.teams {
			if !t.known || !actsOn(l, t.teamKey) {
				continue
			}
			hit = true
			what, by, known := p.effect(l, t)
			if !known {
				faults.Add(field, "no effect with a source is kept here: give one as effect")
				break
			}
			service, role := modelNames(t.teamKey)
			all = append(all, workforceflow.Lever{
				Name: l.GetTitle(), What: workforceflow.Effect(what), Service: service, Role: role, FromMonth: int(from), ToMonth: int(to), By: by,
			})
			applied = append(applied, &marketpositionv1.AppliedLever{
				Title: l.GetTitle(), Effect: what, Service: t.service, Role: t.role, FromMonth: from, ToMonth: to,
				By: &marketpositionv1.ValueRange{Low: by.Low, Central: by.Central, High: by.High}, SourceIds: strings.Fields(by.Source),
			})
		}
		if !hit {
			faults.Add(field, "acts on no staff that is followed here")
		}
	}
	return all, applied
}

// actsOn reports whether a lever is for a team's staff. Staff are known by service and by
// role, not by both: one that names both acts on what is known of either.
func actsOn(l *marketpositionv1.WorkforceLever, key teamKey) bool {
	if _, closing := l.GetWhat().(*marketpositionv1.WorkforceLever_OverseasRecruitmentClosed); closing &&
		key.role != workforcev1.RoleGroup_ROLE_GROUP_UNSPECIFIED && !closedTo(key.role) {
		return false
	}
	everywhere := l.GetService() == workforcev1.ServiceType_SERVICE_TYPE_UNSPECIFIED && l.GetRole() == workforcev1.RoleGroup_ROLE_GROUP_UNSPECIFIED
	return everywhere || key == teamKey{service: l.GetService()} || key == teamKey{role: l.GetRole()}
}

// closedTo reports whether the closing of the care worker route stops recruits of a role.
func closedTo(role workforcev1.RoleGroup) bool {
	return role == workforcev1.RoleGroup_ROLE_GROUP_CARE_WORKER || role == workforcev1.RoleGroup_ROLE_GROUP_SENIOR_CARE_WORKER
}

// effect is what a lever does to a team; known is false where an assumption is missing.
func (p *projector) effect(l *marketpositionv1.WorkforceLever, t *staffTeam) (what marketpositionv1.WorkforceEffect, by assume.Assumption, known bool) {
	const turnover = marketpositionv1.WorkforceEffect_WORKFORCE_EFFECT_TIMES_TURNOVER
	switch w := l.GetWhat().(type) {
	case *marketpositionv1.WorkforceLever_PayRisePercent:
		points, known := p.told(effectOfPay)
		return turnover, paid(points, w.PayRisePercent, t.model.Turnover.Central), known
	case *marketpositionv1.WorkforceLever_NewlyTrainedPercent:
		ratio, known := p.told(effectOfTraining)
		return turnover, trained(ratio, w.NewlyTrainedPercent/100), known
	case *marketpositionv1.WorkforceLever_OverseasRecruitmentClosed:
		times, known := p.told(effectOfClosing)
		return marketpositionv1.WorkforceEffect_WORKFORCE_EFFECT_TIMES_INTERNATIONAL, times, known
	default:
		given := l.GetEffect()
		by := given.GetBy()
		return given.GetWhat(), assume.Between(by.GetLow(), by.GetCentral(), by.GetHigh(), GivenByCaller().GetId()), true
	}
}

// paid is the factor on a turnover, 0.248 for 24.8%, of pay higher by a percent: so many
// percentage points less for each.
func paid(points assume.Assumption, percent, turnover float64) assume.Assumption {
	factor := func(points float64) float64 {
		if turnover <= 0 {
			return 1
		}
		return max(0, 1-points*percent/100/turnover)
	}
	return assume.Between(factor(points.High), factor(points.Central), factor(points.Low), points.Source)
}

// trained is the factor on turnover of a share of the staff who leave as the trained do.
func trained(ratio assume.Assumption, share float64) assume.Assumption {
	factor := func(ratio float64) float64 { return 1 - share*(1-ratio) }
	return assume.Between(factor(ratio.Low), factor(ratio.Central), factor(ratio.High), ratio.Source)
}
