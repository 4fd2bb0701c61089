package homecare

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/errs"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// sound is a return without fault.
func sound() *homecarev1.HomeCareReturn {
	return &homecarev1.HomeCareReturn{
		HomeCareBranch: prefix + "1-1", AsAt: "2026-10-12",
		Zones: []*homecarev1.ZoneReturn{
			row("valleys", 400, 420, 30, paid(council, 40), paid(selfFunder, 12)),
			row("border", 100, 100, 0, paid(council, 9)),
		},
		Waiting: []*homecarev1.WaitingPackages{
			{Zone: "zones/valleys", Packages: 3, People: 3, Hours: 42, WaitingSince: "2026-09-01"},
			{Zone: "zones/valleys", Packages: 2, People: 1, Hours: 14, WaitingSince: "2026-10-12"},
			{Packages: 1, People: 1, Hours: 7, WaitingSince: "2026-10-01"},
		},
		HandedBack: []*homecarev1.PackagesHandedBack{{Zone: "zones/border", Packages: 1, Hours: 10.5}, {Zone: "zones/valleys"}},
		IntermediateCare: []*homecarev1.IntermediateCareReturn{
			{Zone: "zones/valleys", HomeFirstCases: 20, AssessedWithin_48Hours: 20, OnwardToReablement: 10, StepUpCases: 2, Places: 30, PlacesUsed: 30},
		},
		Staff: &homecarev1.StaffReturn{CareWorkersEmployed: 25, CareWorkersAgency: 3},
	}
}

func faultsOf(t *testing.T, r *homecarev1.HomeCareReturn, b *homecarev1.HomeCareBranch) map[string]string {
	t.Helper()
	ref := reference(t)
	err := market{zones: ref.Zones, rules: ref.Rules}.CheckReturn(b, r, day(t, today))
	out := map[string]string{}
	for _, v := range errs.Violations(err) {
		if was, twice := out[v.Field]; twice {
			out[v.Field] = was + "; " + v.Description
			continue
		}
		out[v.Field] = v.Description
	}
	if err != nil && len(out) == 0 {
		t.Fatalf("an error without violations: %v", err)
	}
	return out
}

func TestSoundReturnHasNoFault(t *testing.T) {
	if got := faultsOf(t, sound(), branch("1-1", home, "valleys", "border")); len(got) > 0 {
		t.Fatalf("faults of a sound return: %v", got)
	}
}

// spoiled is a sound return with a fault, and the fields to name with part of the words.
type spoiled struct {
	name  string
	spoil func(*homecarev1.HomeCareReturn)
	want  map[string]string
}

func checkSpoiled(t *testing.T, cases []spoiled) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			r := sound()
			tt.spoil(r)
			got := faultsOf(t, r, branch("1-1", home, "valleys", "border"))
			for field, want := range tt.want {
				if description, ok := got[field]; !ok || !strings.Contains(description, want) {
					t.Errorf("%s: %q does not say %q", field, description, want)
				}
				delete(got, field)
			}
			if len(got) > 0 {
				t.Errorf("more faults than there are: %v", got)
			}
		})
	}
}

func TestCheckZoneRows(t *testing.T) {
	checkSpoiled(t, []spoiled{
		{
			"zone not served", func(r *homecarev1.HomeCareReturn) { r.Zones[1].Zone = "zones/city" },
			map[string]string{"zones[1].zone": "not recorded as serving zones/city"},
		},
		{
			"zone twice", func(r *homecarev1.HomeCareReturn) { r.Zones[1].Zone = "zones/valleys" },
			map[string]string{"zones[1].zone": "zones/valleys stands in zones[0] already"},
		},
		{"whole branch twice", func(r *homecarev1.HomeCareReturn) {
			r.Zones = []*homecarev1.ZoneReturn{row("", 1, 1, 1), row("", 1, 1, 1)}
		}, map[string]string{"zones[1].zone": "a row without a zone stands in zones[0] already"}},
		{
			"row says nothing", func(r *homecarev1.HomeCareReturn) { r.Zones[1] = &homecarev1.ZoneReturn{Zone: "zones/border"} },
			map[string]string{"zones[1]": "says nothing"},
		},
		{"whole branch beside its zones", func(r *homecarev1.HomeCareReturn) {
			r.Zones = append(r.Zones, &homecarev1.ZoneReturn{HoursSpare: new(30.0)})
		}, map[string]string{"zones[2].hours_spare": "zones[0] too: it would count twice"}},
		{
			"payer twice", func(r *homecarev1.HomeCareReturn) { r.Zones[0].People[1].Payer = council },
			map[string]string{"zones[0].people[1]": "stands in zones[0].people[0]"},
		},
		{"other council not named", func(r *homecarev1.HomeCareReturn) {
			r.Zones[0].People[1].Payer = homecarev1.Payer_PAYER_ANOTHER_COUNCIL
		}, map[string]string{"zones[0].people[1].placing_authority": "name the other council"}},
		{"council named for a self-funder", func(r *homecarev1.HomeCareReturn) {
			r.Zones[0].People[1].PlacingAuthority = "authorities/E10000018"
		}, map[string]string{"zones[0].people[1].placing_authority": "whom another council pays for"}},
		{"payers together and apart", func(r *homecarev1.HomeCareReturn) {
			r.Zones[0].People[1].Payer = homecarev1.Payer_PAYER_COUNCIL_OR_NHS
		}, map[string]string{"zones[0].people": "together and apart"}},
	})
}

func TestCheckFlows(t *testing.T) {
	checkSpoiled(t, []spoiled{
		{
			"waiting in a zone not served", func(r *homecarev1.HomeCareReturn) { r.Waiting[0].Zone = "zones/nowhere" },
			map[string]string{"waiting[0].zone": "not recorded as serving zones/nowhere"},
		},
		{
			"more people than packages", func(r *homecarev1.HomeCareReturn) { r.Waiting[0].People = 4 },
			map[string]string{"waiting[0].people": "4 people cannot wait for 3 packages"},
		},
		{
			"waiting from after the day", func(r *homecarev1.HomeCareReturn) { r.Waiting[0].WaitingSince = "2026-10-13" },
			map[string]string{"waiting[0].waiting_since": "2026-10-13 is after the day of the return, 2026-10-12"},
		},
		{
			"waiting from no day", func(r *homecarev1.HomeCareReturn) { r.Waiting[0].WaitingSince = "2026-02-30" },
			map[string]string{"waiting[0].waiting_since": "not a date"},
		},
		{
			"waiting twice", func(r *homecarev1.HomeCareReturn) { r.Waiting[1].WaitingSince = "2026-09-01" },
			map[string]string{"waiting[1]": "stand in waiting[0]"},
		},
		{
			"handed back twice", func(r *homecarev1.HomeCareReturn) { r.HandedBack[1].Zone = "zones/border" },
			map[string]string{"handed_back[1].zone": "stands in handed_back[0] already"},
		},
		{
			"handed back without hours", func(r *homecarev1.HomeCareReturn) { r.HandedBack[0].Hours = 0 },
			map[string]string{"handed_back[0].hours": "do not go together"},
		},
		{
			"handed back to a zone not served", func(r *homecarev1.HomeCareReturn) { r.HandedBack[0].Zone = "zones/vale" },
			map[string]string{"handed_back[0].zone": "not recorded as serving"},
		},
		{
			"more assessed than came", func(r *homecarev1.HomeCareReturn) { r.IntermediateCare[0].AssessedWithin_48Hours = 21 },
			map[string]string{"intermediate_care[0].assessed_within_48_hours": "21 were assessed of 20"},
		},
		{
			"more places used than there are", func(r *homecarev1.HomeCareReturn) { r.IntermediateCare[0].PlacesUsed = 31 },
			map[string]string{"intermediate_care[0].places_used": "31 places are used of 30"},
		},
		{"intermediate care twice", func(r *homecarev1.HomeCareReturn) {
			r.IntermediateCare = append(r.IntermediateCare, &homecarev1.IntermediateCareReturn{Zone: "zones/valleys"})
		}, map[string]string{"intermediate_care[1].zone": "stands in intermediate_care[0] already"}},
		{"intermediate care whole beside its zones", func(r *homecarev1.HomeCareReturn) {
			r.IntermediateCare = append(r.IntermediateCare, &homecarev1.IntermediateCareReturn{HomeFirstCases: 1})
		}, map[string]string{"intermediate_care[1].zone": "would count twice"}},
		{"nothing at all", func(r *homecarev1.HomeCareReturn) {
			r.Zones, r.Waiting, r.HandedBack, r.IntermediateCare, r.Staff = nil, nil, nil, nil, nil
		}, map[string]string{"zones": "says nothing"}},
		{"all faults at once", func(r *homecarev1.HomeCareReturn) {
			r.Zones[0].Zone = "zones/nowhere"
			r.Waiting[0].People = 9
			r.IntermediateCare[0].PlacesUsed = 99
		}, map[string]string{"zones[0].zone": "", "waiting[0].people": "", "intermediate_care[0].places_used": ""}},
	})
}

// A figure of the whole branch may stand beside another figure by zone: Capacity Tracker
// knows the spare hours of an office, the council its hours by zone.
func TestWholeBranchMayGiveWhatZonesDoNot(t *testing.T) {
	r := zoneRows(
		&homecarev1.ZoneReturn{Zone: "zones/valleys", HoursDelivered: new(400.0)},
		&homecarev1.ZoneReturn{HoursSpare: new(30.0)},
	)
	r.AsAt = "2026-10-12"
	if got := faultsOf(t, r, branch("1-1", home, "valleys")); len(got) > 0 {
		t.Fatalf("faults: %v", got)
	}
}

func TestFlag(t *testing.T) {
	const (
		equal = homecarev1.ReturnFlag_RETURN_FLAG_AGENCY_EQUALS_EMPLOYED
		large = homecarev1.ReturnFlag_RETURN_FLAG_HEADCOUNT_TOO_LARGE
		spare = homecarev1.ReturnFlag_RETURN_FLAG_SPARE_HOURS_IMPLAUSIBLE
	)
	staff := func(employed, agency int32) *homecarev1.HomeCareReturn {
		return &homecarev1.HomeCareReturn{Staff: &homecarev1.StaffReturn{CareWorkersEmployed: employed, CareWorkersAgency: agency}}
	}
	for _, tt := range []struct {
		name string
		r    *homecarev1.HomeCareReturn
		want []homecarev1.ReturnFlag
	}{
		{"nothing odd", staff(25, 3), nil},
		{"nobody at all", staff(0, 0), nil},
		{"agency equals employed", staff(25, 25), []homecarev1.ReturnFlag{equal}},
		{"equal in one group of two", &homecarev1.HomeCareReturn{Staff: &homecarev1.StaffReturn{
			CareWorkersEmployed: 25, CareWorkersAgency: 25, NursesEmployed: 1,
		}}, nil},
		{"a thousand", staff(1000, 0), nil},
		{"over a thousand", staff(1001, 0), []homecarev1.ReturnFlag{large}},
		{"over a thousand of agency, equal", staff(1001, 1001), []homecarev1.ReturnFlag{equal, large}},
		{"spare twice the delivered", zoneRows(row("valleys", 300, 300, 600)), nil},
		{"spare over twice the delivered", zoneRows(row("valleys", 300, 300, 601)), []homecarev1.ReturnFlag{spare}},
		{"a new branch", zoneRows(row("valleys", 0, 0, 200)), nil},
		{"over zones together", zoneRows(row("valleys", 300, 300, 500), row("vale", 300, 300, 500)), nil},
		{"delivered not returned", zoneRows(&homecarev1.ZoneReturn{HoursSpare: new(5000.0)}), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.r.Flags = []homecarev1.ReturnFlag{large} // What a caller sends counts for nothing.
			flagged := market{rules: DefaultRules()}.Flag(nil, tt.r)
			if diff := cmp.Diff(tt.want, tt.r.GetFlags()); diff != "" || flagged != (len(tt.want) > 0) {
				t.Errorf("flagged %t (-want +got):\n%s", flagged, diff)
			}
		})
	}
}

func TestEveryThresholdNamesItsSource(t *testing.T) {
	r := DefaultRules()
	for name, threshold := range map[string]Threshold{
		"HeadcountLimit": r.HeadcountLimit, "SpareOverDelivered": r.SpareOverDelivered,
		"SpareAlways": r.SpareAlways, "SpareConcentrated": r.SpareConcentrated,
	} {
		if threshold.Source == "" || threshold.Value <= 0 {
			t.Errorf("%s is %+v", name, threshold)
		}
	}
}
