package workforce

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

const (
	nurse      = workforcev1.RoleGroup_ROLE_GROUP_REGISTERED_NURSE
	careWorker = workforcev1.RoleGroup_ROLE_GROUP_CARE_WORKER
	senior     = workforcev1.RoleGroup_ROLE_GROUP_SENIOR_CARE_WORKER
	manager    = workforcev1.RoleGroup_ROLE_GROUP_REGISTERED_MANAGER

	homeCare = workforcev1.ServiceType_SERVICE_TYPE_HOME_CARE
	nursing  = workforcev1.ServiceType_SERVICE_TYPE_CARE_HOME_WITH_NURSING
	councils = workforcev1.ServiceType_SERVICE_TYPE_COUNCIL

	stroud     = "districts/E07000082"
	gloucester = "districts/E07000081"
	county     = "authorities/E10000013"
	today      = "2026-10-31"
)

var (
	register = &commonv1.Source{Id: "register", Kind: commonv1.SourceKind_SOURCE_KIND_REGISTER, Title: "A register"}
	extract  = &commonv1.Source{Id: "extract", Kind: commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN, Title: "An extract"}
	madeUp   = &commonv1.Source{Id: "made-up", Kind: commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE, Title: "Made up"}
	known    = figure.Sources{"register": register, "extract": extract, "made-up": madeUp, figure.Own().GetId(): figure.Own()}
)

// employer is an open home care employer in Stroud.
func employer(id string) *workforcev1.Employer {
	return &workforcev1.Employer{
		Name: prefix + id, Title: "Employer " + id, Provider: "providers/" + id,
		MainService: homeCare, District: stroud, SourceId: register.GetId(),
	}
}

// row is a role group by contract, which returns nothing else.
func row(role workforcev1.RoleGroup, permanent, temporary, bank, agency int32) *workforcev1.RoleReturn {
	return &workforcev1.RoleReturn{Role: role, Permanent: permanent, Temporary: temporary, Bank: bank, Agency: agency}
}

// flows adds vacancies, starters and leavers to a row.
func flows(r *workforcev1.RoleReturn, vacancies, starters, leavers int32) *workforcev1.RoleReturn {
	r.Vacancies, r.Starters, r.Leavers = new(vacancies), new(starters), new(leavers)
	return r
}

// paid adds a mean pay to a row.
func paid(r *workforcev1.RoleReturn, poundsPerHour float64) *workforcev1.RoleReturn {
	r.PayPerHour = new(poundsPerHour)
	return r
}

func returned(e *workforcev1.Employer, asAt string, rows ...*workforcev1.RoleReturn) Standing {
	return Standing{
		Place: e, PlaceSource: register, Returned: true, AsAt: asAt, Source: extract,
		Return: &workforcev1.EmployerReturn{Employer: e.GetName(), AsAt: asAt, Roles: rows},
	}
}

func silent(e *workforcev1.Employer) Standing {
	return Standing{Place: e, PlaceSource: register, Return: &workforcev1.EmployerReturn{}}
}

func ask(t testing.TB, a audience.Audience, area string) Question {
	t.Helper()
	return Question{Area: area, AsAt: day(t, today), Audience: a, Revision: 7}
}

func day(t testing.TB, text string) period.Date {
	t.Helper()
	d, err := period.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// say writes a figure in short: its value, or its state.
func say(f *commonv1.Figure) any {
	switch s := f.GetState().(type) {
	case *commonv1.Figure_Value:
		return s.Value
	case *commonv1.Figure_Hidden:
		return s.Hidden.GetReason()
	case *commonv1.Figure_NotCollected:
		return "not collected"
	case *commonv1.Figure_NotEnoughData:
		return "not enough data"
	}
	return "no figure"
}

func want(t *testing.T, what string, f *commonv1.Figure, want any) {
	t.Helper()
	if diff := cmp.Diff(want, say(f)); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

func roleUse(c *workforcev1.WorkforceCapacity, role workforcev1.RoleGroup) *workforcev1.PostUse {
	for _, r := range c.GetRoles() {
		if r.GetRole() == role {
			return r.GetUse()
		}
	}
	return nil
}

func noteCounts(c *workforcev1.WorkforceCapacity) map[string]int32 {
	out := map[string]int32{}
	for _, n := range c.GetDataNotes() {
		out[n.GetCode()] = n.GetCount()
	}
	return out
}
