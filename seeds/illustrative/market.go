package illustrative

import (
	"errors"
	"iter"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingv1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// Market is a market made up from a plan: its registers, and its returns to be read as
// a stream, so that three years of England need not be in memory at once. Any number
// of goroutines may read the returns, each its own way through them. Within each list
// places stand by district, in the order of their numbers.
type Market struct {
	// Sources are those that places, returns and zones name.
	Sources []*commonv1.Source
	// Zones are the home care zones that branches serve.
	Zones     []*homecarev1.Zone
	CareHomes []*carehomesv1.CareHome
	// Branches are home care branches, intermediate care and supply outside CQC.
	Branches  []*homecarev1.HomeCareBranch
	Schemes   []*housingv1.HousingScheme
	Employers []*workforcev1.Employer

	plan      Plan
	homes     []home
	branches  []branch
	schemes   []scheme
	employers []employer
}

var errNoPlan = errors.New("the plan is empty: read one with County or England")

// Generate makes the market. The same plan makes the same, to the byte.
func (p Plan) Generate() (*Market, error) {
	if len(p.Districts) == 0 {
		return nil, errNoPlan
	}
	m := &Market{Sources: p.Sources, Zones: p.Zones, plan: p}
	for _, d := range p.Districts {
		homes, branches := p.homesOf(d), p.branchesOf(d)
		m.employers = append(m.employers, p.employersOf(d, homes, branches)...)
		m.homes = append(m.homes, homes...)
		m.branches = append(append(m.branches, branches...), p.supplyOf(d)...)
		m.schemes = append(m.schemes, p.schemesOf(d)...)
	}
	for _, h := range m.homes {
		m.CareHomes = append(m.CareHomes, h.entry)
	}
	for _, b := range m.branches {
		m.Branches = append(m.Branches, b.entry)
	}
	for _, s := range m.schemes {
		m.Schemes = append(m.Schemes, s.entry)
	}
	for _, e := range m.employers {
		m.Employers = append(m.Employers, e.entry)
	}
	return m, nil
}

// CareHomeReturns yields what the homes return, home by home, oldest first. Each
// message is the reader's own.
func (m *Market) CareHomeReturns() iter.Seq[*carehomesv1.SubmitCareHomeReturnRequest] {
	return told(&m.plan, m.homes, func(h home) teller[*carehomesv1.CareHomeReturn] {
		return teller[*carehomesv1.CareHomeReturn]{
			name: h.entry.GetName(), market: careHomes.name, life: h.life, known: h.known,
			idle: h.entry.GetDormant(), returned: m.plan.record(h).returned,
		}
	}, func(parent, id string, ret *carehomesv1.CareHomeReturn) *carehomesv1.SubmitCareHomeReturnRequest {
		return &carehomesv1.SubmitCareHomeReturnRequest{Parent: parent, CareHomeReturn: ret, RequestId: id}
	})
}

// BranchReturns yields what branches and services outside CQC return, as
// CareHomeReturns does.
func (m *Market) BranchReturns() iter.Seq[*homecarev1.SubmitHomeCareReturnRequest] {
	return told(&m.plan, m.branches, func(b branch) teller[*homecarev1.HomeCareReturn] {
		return teller[*homecarev1.HomeCareReturn]{
			name: b.entry.GetName(), market: b.market, life: b.life, known: b.known,
			idle: b.entry.GetDormant(), returned: m.plan.branchRecord(b).returned,
		}
	}, func(parent, id string, ret *homecarev1.HomeCareReturn) *homecarev1.SubmitHomeCareReturnRequest {
		return &homecarev1.SubmitHomeCareReturnRequest{Parent: parent, HomeCareReturn: ret, RequestId: id}
	})
}

// SchemeReturns yields what the schemes return, as CareHomeReturns does.
func (m *Market) SchemeReturns() iter.Seq[*housingv1.SubmitSchemeReturnRequest] {
	return told(&m.plan, m.schemes, func(s scheme) teller[*housingv1.SchemeReturn] {
		return teller[*housingv1.SchemeReturn]{
			name: s.entry.GetName(), market: housing.name, life: s.life, returned: m.plan.schemeRecord(s).returned,
		}
	}, func(parent, id string, ret *housingv1.SchemeReturn) *housingv1.SubmitSchemeReturnRequest {
		return &housingv1.SubmitSchemeReturnRequest{Parent: parent, SchemeReturn: ret, RequestId: id}
	})
}

// EmployerReturns yields what the employers return, as CareHomeReturns does.
func (m *Market) EmployerReturns() iter.Seq[*workforcev1.SubmitEmployerReturnRequest] {
	return told(&m.plan, m.employers, func(e employer) teller[*workforcev1.EmployerReturn] {
		return teller[*workforcev1.EmployerReturn]{
			name: e.entry.GetName(), market: workforce, life: e.life, returned: m.plan.employerRecord(e).returned,
		}
	}, func(parent, id string, ret *workforcev1.EmployerReturn) *workforcev1.SubmitEmployerReturnRequest {
		return &workforcev1.SubmitEmployerReturnRequest{Parent: parent, EmployerReturn: ret, RequestId: id}
	})
}
