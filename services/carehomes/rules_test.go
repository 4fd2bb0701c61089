package carehomes

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

func TestEveryFaultIsNamedAtOnce(t *testing.T) {
	over := bed(generalRes, 30, 29, 2, 8)
	over.Payers = []*carehomesv1.UsedByPayer{
		{Payer: carehomesv1.Payer_PAYER_NHS, PlacingAuthority: "authorities/E06000025", Used: 5},
		{Payer: carehomesv1.Payer_PAYER_NHS, PlacingAuthority: "authorities/E06000025", Used: 5},
	}
	err := market{rules: DefaultRules()}.CheckReturn(home("1-1", "1-2", 30), &carehomesv1.CareHomeReturn{
		Beds: []*carehomesv1.BedReturn{over, bed(generalRes, 1, 1, 0, 0)},
	}, date("2026-10-31"))
	var fields []string
	for _, v := range errs.Violations(err) {
		fields = append(fields, v.Field)
	}
	wantFields := []string{
		"beds[0]", "beds[0].payers[0].placing_authority", "beds[0].payers[1]",
		"beds[0].payers[1].placing_authority", "beds[0].payers", "beds[1].bed_type",
	}
	if diff := cmp.Diff(wantFields, fields); diff != "" {
		t.Errorf("(-want +got)\n%s\n%v", diff, err)
	}
}

func TestSoundReturns(t *testing.T) {
	full := bed(generalRes, 30, 20, 2, 8)
	full.Payers = []*carehomesv1.UsedByPayer{
		{Payer: carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, PlacingAuthority: "authorities/E06000025", Used: 5},
		{Payer: carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, Used: 5},
		{Payer: carehomesv1.Payer_PAYER_SELF_FUNDER, Used: 10},
	}
	r := &carehomesv1.CareHomeReturn{Beds: []*carehomesv1.BedReturn{full, bed(generalNursing, 0, 0, 0, 0)}}
	if err := (market{rules: DefaultRules()}).CheckReturn(home("1-1", "1-2", 30), r, date("2026-10-31")); err != nil {
		t.Error(err)
	}
}

func TestFlags(t *testing.T) {
	staff := func(n ...int32) *carehomesv1.StaffReturn {
		return &carehomesv1.StaffReturn{
			NursesEmployed: n[0], CareWorkersEmployed: n[1], NonCareWorkersEmployed: n[2],
			NursesAgency: n[3], CareWorkersAgency: n[4], NonCareWorkersAgency: n[5],
		}
	}
	const (
		same  = carehomesv1.ReturnFlag_RETURN_FLAG_AGENCY_EQUALS_EMPLOYED
		large = carehomesv1.ReturnFlag_RETURN_FLAG_HEADCOUNT_TOO_LARGE
		above = carehomesv1.ReturnFlag_RETURN_FLAG_MAXIMUM_ABOVE_REGISTERED
	)
	for name, c := range map[string]struct {
		staff   *carehomesv1.StaffReturn
		maximum int32
		want    []carehomesv1.ReturnFlag
	}{
		"sound":                          {staff(2, 30, 10, 0, 2, 0), 30, nil},
		"no staff returned":              {nil, 30, nil},
		"nobody at all":                  {staff(0, 0, 0, 0, 0, 0), 30, nil},
		"agency equals employed":         {staff(2, 30, 10, 2, 30, 10), 30, []carehomesv1.ReturnFlag{same}},
		"equal in two groups of three":   {staff(2, 30, 10, 2, 30, 9), 30, nil},
		"a thousand is believed":         {staff(1000, 0, 0, 0, 0, 0), 30, nil},
		"a thousand and one is not":      {staff(0, 0, 0, 0, 1001, 0), 30, []carehomesv1.ReturnFlag{large}},
		"twice the registered beds":      {nil, 60, nil},
		"more than twice the registered": {nil, 61, []carehomesv1.ReturnFlag{above}},
	} {
		t.Run(name, func(t *testing.T) {
			r := &carehomesv1.CareHomeReturn{Staff: c.staff, Beds: []*carehomesv1.BedReturn{bed(generalRes, c.maximum, 0, 0, 0)}}
			flagged := market{rules: DefaultRules()}.Flag(home("1-1", "1-2", 30), r)
			if diff := cmp.Diff(c.want, r.GetFlags()); diff != "" || flagged != (len(c.want) > 0) {
				t.Errorf("flagged %v (-want +got)\n%s", flagged, diff)
			}
		})
	}
}
