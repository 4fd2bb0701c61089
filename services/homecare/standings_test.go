package homecare

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/storetest"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// sayAll writes standings in short: id, ! when asked about, and people/admittable by zone,
// ! again where its people are asked about and ? where a number cannot be said.
func sayAll(standings []*commonv1.Standing) []string {
	mark := func(asked bool) string { return map[bool]string{true: "!"}[asked] }
	number := func(n *int32) string {
		if n == nil {
			return "?"
		}
		return fmt.Sprint(*n)
	}
	var all []string
	for _, s := range standings {
		line := s.GetName()[len(prefix):] + mark(s.GetAsked())
		for _, k := range s.GetKinds() {
			line += fmt.Sprintf(" %s%s %s/%s", strings.TrimPrefix(k.GetZone(), "zones/"), mark(k.GetAsked()), number(k.People), number(k.Admittable))
		}
		all = append(all, line)
	}
	return all
}

func TestStandingsInTheSameZones(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		elsewhere := branch("1-5", home, "valleys")
		elsewhere.District = gloucester
		d.register(t,
			branch("1-1", home, "valleys", "border"), branch("1-2", home, "border", "city"),
			branch("1-3", home, "city"), branch("1-4", home, "valleys"), elsewhere, branch("oc-one", micro, "valleys"),
		)
		for id, rows := range map[string][]*homecarev1.ZoneReturn{
			// 236 hours for 20 people are 11.8 hours each: 59 spare serve exactly five.
			"1-1": {row("valleys", 236, 200, 59, paid(council, 12), paid(selfFunder, 8)), row("border", 100, 90, 9, paid(council, 10))},
			"1-2": {row("border", 50, 50, 100, paid(council, 4)), row("city", 70, 70, 7)},
			"1-3": {row("city", 10, 10, 10, paid(council, 1))},
			"1-4": {row("", 300, 300, 40, paid(council, 30))},
			"1-5": {row("valleys", 80, 80, 30)},
		} {
			d.submit(t, &homecarev1.SubmitHomeCareReturnRequest{Parent: prefix + id, HomeCareReturn: &homecarev1.HomeCareReturn{AsAt: "2026-10-12", Zones: rows}})
		}
		for name, test := range map[string]struct {
			ask  *homecarev1.ListStandingsRequest
			want []string
		}{
			// 1-2 has 50 hours for 4 people in the border, and says of no people in the city: at the
			// border's 12.5 hours a person, 7 spare hours serve nobody.
			"of a provider": {&homecarev1.ListStandingsRequest{Provider: "providers/1-1"}, []string{
				"1-1! valleys! 20/5 border! 10/0", "1-2 border 4/8 city ?/0", "1-4  30/?", "1-5 valleys ?/?", "oc-one",
			}},
			"of a branch without a zone": {&homecarev1.ListStandingsRequest{Provider: "providers/1-4"}, []string{
				"1-1 valleys 20/5 border 10/0", "1-4! ! 30/?", "1-5 valleys ?/?", "oc-one",
			}},
			"of one in the city": {&homecarev1.ListStandingsRequest{Provider: "providers/1-3"}, []string{
				"1-2 border 4/8 city ?/0", "1-3! city! 1/1",
			}},
			"of a council": {&homecarev1.ListStandingsRequest{Authority: county, Provider: "providers/1-2"}, []string{
				"1-1 valleys 20/5 border 10/0", "1-2! border! 4/8 city! ?/0", "1-3 city 1/1",
			}},
		} {
			test.ask.AsAt = today
			if diff := cmp.Diff(test.want, sayAll(must(d.ListStandings(d.ctx, test.ask))(t).GetStandings())); diff != "" {
				t.Errorf("%s (-want +got)\n%s", name, diff)
			}
		}
	})
}

func TestHoursBecomePeopleWithTheirDerivation(t *testing.T) {
	for name, test := range map[string]struct {
		rows []*homecarev1.ZoneReturn
		want string
	}{
		"in the zone":          {[]*homecarev1.ZoneReturn{row("valleys", 100, 0, 35, paid(council, 10))}, "3: 35.0 spare hours / (100.0 hours delivered / 10 people) in the zone, rounded down"},
		"in all zones":         {[]*homecarev1.ZoneReturn{row("valleys", 50, 0, 35), row("vale", 50, 0, 0, paid(council, 5))}, "3: 35.0 spare hours / (50.0 hours delivered / 5 people) in the rows that say both, for want of it in this one, rounded down"},
		"no spare":             {[]*homecarev1.ZoneReturn{row("valleys", 100, 0, 0, paid(council, 10))}, "0: "},
		"spare not returned":   {[]*homecarev1.ZoneReturn{{Zone: "zones/valleys"}}, "unknown: spare hours were not returned"},
		"people not returned":  {[]*homecarev1.ZoneReturn{row("valleys", 100, 0, 35)}, "unknown: hours a person cannot be said: people or hours delivered were not returned"},
		"nothing is delivered": {[]*homecarev1.ZoneReturn{row("valleys", 0, 0, 35, paid(council, 10))}, "unknown: hours a person cannot be said: people or hours delivered were not returned"},
		"no zone":              {[]*homecarev1.ZoneReturn{row("", 100, 0, 35, paid(council, 10))}, "unknown: returned without a zone: nobody can say where"},
	} {
		kind := kindsOf(branch("1-1", home, "valleys"), zoneRows(test.rows...))[0]
		n := "unknown"
		if kind.Admittable != nil {
			n = fmt.Sprint(kind.GetAdmittable())
		}
		if got := n + ": " + kind.GetDerivation(); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestIntermediateCareHasPlaces(t *testing.T) {
	r := &homecarev1.HomeCareReturn{IntermediateCare: []*homecarev1.IntermediateCareReturn{
		{Zone: "zones/valleys", Places: 12, PlacesUsed: 9}, {Zone: "zones/vale"},
	}, Zones: []*homecarev1.ZoneReturn{row("valleys", 90, 90, 0, paid(council, 9))}}
	kinds := kindsOf(branch("1-1", reablement, "valleys"), r)
	if len(kinds) != 1 || kinds[0].GetKind() != "INTERMEDIATE_CARE_PLACES" || kinds[0].GetPeople() != 9 || kinds[0].GetAdmittable() != 3 {
		t.Errorf("it stands as %v", kinds)
	}
}

func TestStandingsAreForCommissioners(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	for _, who := range []audience.Audience{audience.Public, audience.Provider} {
		_, err := d.ListStandings(audience.With(t.Context(), who), &homecarev1.ListStandingsRequest{Authority: county})
		if status.Code(err) != codes.PermissionDenied {
			t.Errorf("%v is answered %v", who, err)
		}
	}
}
