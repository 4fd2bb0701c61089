package workforce

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

func faultFields(err error) []string {
	var fields []string
	for _, v := range errs.Violations(err) {
		fields = append(fields, v.Field)
	}
	return fields
}

func ageBand(band workforcev1.AgeBand, staff int32) *workforcev1.AgeBandCount {
	return &workforcev1.AgeBandCount{AgeBand: band, Staff: staff}
}

func trainedIn(what workforcev1.Training, staff int32) *workforcev1.TrainingCount {
	return &workforcev1.TrainingCount{Training: what, Staff: staff}
}

// sound is a return that uses every field there is.
func sound() *workforcev1.EmployerReturn {
	carers := paid(flows(row(careWorker, 40, 2, 5, 3), 4, 14, 10), 12.44)
	carers.SicknessDays, carers.ZeroHours, carers.InternationalRecruits = new(231.5), new(int32(12)), new(int32(6))
	nurses := paid(flows(row(nurse, 8, 0, 1, 2), 1, 2, 2), 21.05)
	nurses.SicknessDays, nurses.ZeroHours, nurses.InternationalRecruits = new(40.0), new(int32(0)), new(int32(2))
	return &workforcev1.EmployerReturn{
		Employer: prefix + "1-1", AsAt: "2026-10-12", Roles: []*workforcev1.RoleReturn{carers, nurses},
		AgeBands: []*workforcev1.AgeBandCount{
			ageBand(workforcev1.AgeBand_AGE_BAND_UNDER_25, 8), ageBand(workforcev1.AgeBand_AGE_BAND_35_TO_44, 30),
			ageBand(workforcev1.AgeBand_AGE_BAND_65_PLUS, 12),
		},
		Training: []*workforcev1.TrainingCount{
			trainedIn(workforcev1.Training_TRAINING_CARE_CERTIFICATE, 50), trainedIn(workforcev1.Training_TRAINING_DIGITAL, 0),
		},
		DsptStatus: workforcev1.DsptStatus_DSPT_STATUS_STANDARDS_MET, DigitalSocialCareRecords: new(true),
	}
}

func TestASoundReturn(t *testing.T) {
	m := market{rules: DefaultRules()}
	r := sound()
	if err := m.CheckReturn(employer("1-1"), r, day(t, today)); err != nil {
		t.Error(err)
	}
	if m.Flag(employer("1-1"), r) || r.GetFlags() != nil {
		t.Errorf("flagged %v", r.GetFlags())
	}
}

func TestEachFaultIsNamedByItsField(t *testing.T) {
	carers := func(change func(*workforcev1.RoleReturn)) func(*workforcev1.EmployerReturn) {
		return func(r *workforcev1.EmployerReturn) { change(r.GetRoles()[0]) }
	}
	for name, c := range map[string]struct {
		change func(*workforcev1.EmployerReturn)
		want   []string
	}{
		"a role twice": {func(r *workforcev1.EmployerReturn) {
			r.Roles, r.AgeBands = append(r.Roles, row(careWorker, 0, 0, 0, 0)), nil
		}, []string{"roles[2].role"}},
		"more zero hours than staff":              {carers(func(r *workforcev1.RoleReturn) { r.ZeroHours = new(int32(43)) }), []string{"roles[0].zero_hours"}},
		"as many zero hours as staff":             {carers(func(r *workforcev1.RoleReturn) { r.ZeroHours = new(int32(42)) }), nil},
		"more recruits than starters":             {carers(func(r *workforcev1.RoleReturn) { r.InternationalRecruits = new(int32(15)) }), []string{"roles[0].international_recruits"}},
		"recruits, and starters not returned":     {carers(func(r *workforcev1.RoleReturn) { r.Starters = nil }), nil},
		"a year of sickness each":                 {carers(func(r *workforcev1.RoleReturn) { r.SicknessDays = new(52 * 366.0) }), nil},
		"more than a year of sickness each":       {carers(func(r *workforcev1.RoleReturn) { r.SicknessDays = new(52*366 + 0.5) }), []string{"roles[0].sickness_days"}},
		"sickness of who knows how many who left": {carers(func(r *workforcev1.RoleReturn) { r.SicknessDays, r.Leavers = new(1e6), nil }), nil},
		"pay of nobody": {func(r *workforcev1.EmployerReturn) {
			r.Roles = append(r.Roles, paid(row(manager, 0, 0, 1, 1), 20))
		}, []string{"roles[2].pay_per_hour"}},
		"an age twice": {func(r *workforcev1.EmployerReturn) {
			r.AgeBands = append(r.AgeBands, ageBand(workforcev1.AgeBand_AGE_BAND_UNDER_25, 0))
		}, []string{"age_bands[3].age_band"}},
		"ages that do not add up": {func(r *workforcev1.EmployerReturn) { r.AgeBands[0].Staff++ }, []string{"age_bands"}},
		"no ages":                 {func(r *workforcev1.EmployerReturn) { r.AgeBands = nil }, nil},
		"a training twice": {func(r *workforcev1.EmployerReturn) {
			r.Training = append(r.Training, trainedIn(workforcev1.Training_TRAINING_DIGITAL, 1))
		}, []string{"training[2].training"}},
		"more trained than staff": {func(r *workforcev1.EmployerReturn) { r.Training[0].Staff = 51 }, []string{"training[0].staff"}},
		"all at once": {func(r *workforcev1.EmployerReturn) {
			r.Roles[0].ZeroHours, r.Roles[1].ZeroHours = new(int32(99)), new(int32(99))
			r.AgeBands[0].Staff, r.Training[0].Staff = 0, 99
		}, []string{"roles[0].zero_hours", "roles[1].zero_hours", "age_bands", "training[0].staff"}},
		"numbers that an int32 cannot add": {func(r *workforcev1.EmployerReturn) {
			r.Roles[0].Permanent, r.Roles[1].Permanent = 2_147_483_647, 2_147_483_647
		}, []string{"age_bands"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := sound()
			c.change(r)
			got := market{rules: DefaultRules()}.CheckReturn(employer("1-1"), r, day(t, today))
			if diff := cmp.Diff(c.want, faultFields(got)); diff != "" {
				t.Errorf("(-want +got)\n%s\n%v", diff, got)
			}
		})
	}
}

func TestFlags(t *testing.T) {
	const (
		same  = workforcev1.ReturnFlag_RETURN_FLAG_AGENCY_EQUALS_EMPLOYED
		large = workforcev1.ReturnFlag_RETURN_FLAG_HEADCOUNT_TOO_LARGE
		often = workforcev1.ReturnFlag_RETURN_FLAG_TURNOVER_TOO_HIGH
	)
	left := func(r *workforcev1.RoleReturn, n int32) *workforcev1.RoleReturn {
		r.Leavers = new(n)
		return r
	}
	for name, c := range map[string]struct {
		rows []*workforcev1.RoleReturn
		want []workforcev1.ReturnFlag
	}{
		"nobody at all":                     {[]*workforcev1.RoleReturn{row(nurse, 0, 0, 0, 0)}, nil},
		"agency equal in all groups":        {[]*workforcev1.RoleReturn{row(nurse, 2, 1, 0, 3), row(careWorker, 9, 0, 4, 9)}, []workforcev1.ReturnFlag{same}},
		"agency equal in one of two groups": {[]*workforcev1.RoleReturn{row(nurse, 2, 1, 0, 3), row(careWorker, 9, 0, 4, 8)}, nil},
		"a thousand is believed":            {[]*workforcev1.RoleReturn{row(nurse, 1000, 1000, 1000, 1000)}, nil},
		"a thousand and one is not":         {[]*workforcev1.RoleReturn{row(nurse, 0, 0, 1001, 0)}, []workforcev1.ReturnFlag{large}},
		"turnover of 9.95 is believed":      {[]*workforcev1.RoleReturn{left(row(nurse, 15, 5, 0, 0), 199)}, nil},
		"turnover of 10 is not":             {[]*workforcev1.RoleReturn{left(row(nurse, 15, 5, 0, 0), 200)}, []workforcev1.ReturnFlag{often}},
		"bank and agency are no base":       {[]*workforcev1.RoleReturn{left(row(nurse, 1, 0, 50, 50), 10)}, []workforcev1.ReturnFlag{often}},
		"too high in one of two groups":     {[]*workforcev1.RoleReturn{left(row(nurse, 1, 0, 0, 0), 10), left(row(careWorker, 99, 0, 0, 0), 0)}, []workforcev1.ReturnFlag{often}},
		"too high in all together":          {[]*workforcev1.RoleReturn{left(row(nurse, 0, 0, 0, 0), 10), left(row(careWorker, 1, 0, 0, 0), 1)}, []workforcev1.ReturnFlag{often}},
		"all have left, which is no ratio":  {[]*workforcev1.RoleReturn{left(row(nurse, 0, 0, 0, 0), 10)}, nil},
		"everything":                        {[]*workforcev1.RoleReturn{left(row(nurse, 1001, 0, 0, 1001), 10_000)}, []workforcev1.ReturnFlag{same, large, often}},
	} {
		t.Run(name, func(t *testing.T) {
			r := &workforcev1.EmployerReturn{Roles: c.rows}
			flagged := market{rules: DefaultRules()}.Flag(employer("1-1"), r)
			if diff := cmp.Diff(c.want, r.GetFlags()); diff != "" || flagged != (len(c.want) > 0) {
				t.Errorf("flagged %v (-want +got)\n%s", flagged, diff)
			}
		})
	}
}

// What callers send as flags does not stand.
func TestFlagsAreTheMarketsOwn(t *testing.T) {
	r := sound()
	r.Flags = []workforcev1.ReturnFlag{workforcev1.ReturnFlag_RETURN_FLAG_TURNOVER_TOO_HIGH}
	if (market{rules: DefaultRules()}).Flag(employer("1-1"), r) || len(r.GetFlags()) != 0 {
		t.Errorf("flags %v stand", r.GetFlags())
	}
}
