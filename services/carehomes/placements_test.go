package carehomes

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/storetest"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

const (
	rutland    = "E06000017"
	county     = "authorities/" + booktest.County
	fromNobody = ""
)

// placedFrom is a bed row with residents by the authority that placed them; those of its
// own council under "own".
func placedFrom(origins map[string]int32) *carehomesv1.BedReturn {
	row := bed(generalRes, 0, 0, 0, 0)
	for _, origin := range sortedKeys(origins) {
		n := origins[origin]
		row.Used += n
		switch origin {
		case "own":
			row.Payers = append(row.Payers, &carehomesv1.UsedByPayer{Payer: carehomesv1.Payer_PAYER_THIS_COUNCIL, Used: n})
		case fromNobody:
			row.Payers = append(row.Payers, &carehomesv1.UsedByPayer{Payer: carehomesv1.Payer_PAYER_SELF_FUNDER, Used: n})
		default:
			row.Payers = append(row.Payers, &carehomesv1.UsedByPayer{
				Payer: carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, PlacingAuthority: "authorities/" + origin, Used: n,
			})
		}
	}
	row.Maximum = row.Used + 4
	return row
}

// settle registers three homes in each of the county's districts and in Rutland.
func settle(t *testing.T, d *desk) {
	t.Helper()
	var homes []*carehomesv1.CareHome
	for i, district := range []string{booktest.Stroud, booktest.Gloucester, rutland} {
		for _, n := range []string{"1", "2", "3"} {
			h := home("1-"+string(rune('1'+i))+n, "1-100", 60)
			h.District = "districts/" + district
			homes = append(homes, h)
		}
	}
	d.register(t, homes...)
}

func (d *desk) placements(t testing.TB, req *carehomesv1.ListPlacementsRequest) *carehomesv1.Placements {
	t.Helper()
	return must(d.ListPlacements(d.ctx, req))(t).GetPlacements()
}

// where says in short where the residents of an authority are on a day.
func where(p *carehomesv1.PlacementPoint) map[string]any {
	out := map[string]any{"elsewhere": say(p.GetPlacedElsewhere())}
	for _, d := range p.GetDistricts() {
		out[strings.TrimPrefix(d.GetDistrict(), "districts/")] = say(d.GetResidents())
	}
	return out
}

func TestPlacementsAreFoundInAllEngland(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		settle(t, d)
		for _, id := range []string{"1-11", "1-12", "1-13"} {
			d.submit(t, ofHome(id, "2024-01-10", placedFrom(map[string]int32{"own": 20, rutland: 7})))
		}
		for _, id := range []string{"1-31", "1-32", "1-33"} {
			d.submit(t, ofHome(id, "2024-01-10", placedFrom(map[string]int32{"own": 10, booktest.County: 3})))
		}
		d.submit(t, ofHome("1-31", "2024-02-10", placedFrom(map[string]int32{"own": 10, booktest.County: 5})))
		got := d.placements(t, &carehomesv1.ListPlacementsRequest{Parent: county, From: "2024-01-15", To: "2024-02-29"})
		// Three homes with 20 of the county's own, and three in Rutland with 3 each; then one has 5.
		for i, want := range []map[string]any{
			{booktest.Stroud: 60.0, booktest.Gloucester: "not collected", rutland: 9.0, "elsewhere": 9.0},
			{booktest.Stroud: 60.0, booktest.Gloucester: "not collected", rutland: 11.0, "elsewhere": 11.0},
		} {
			if diff := cmp.Diff(want, where(got.GetPoints()[i])); diff != "" {
				t.Errorf("%s (-want +got)\n%s", got.GetPoints()[i].GetAsAt(), diff)
			}
		}
		other := d.placements(t, &carehomesv1.ListPlacementsRequest{Parent: "authorities/" + rutland, From: "2024-02-29", To: "2024-02-29"})
		if diff := cmp.Diff(map[string]any{booktest.Stroud: 21.0, rutland: 30.0, "elsewhere": 21.0}, where(other.GetPoints()[0])); diff != "" {
			t.Errorf("Rutland's (-want +got)\n%s", diff)
		}
		if c := other.GetPoints()[0].GetPlacedElsewhere().GetCoverage(); c.GetResponding() != 3 || c.GetExpected() != 6 {
			t.Errorf("three of the county's six homes say who pays, not %v", c)
		}
	})
}

func TestPlacementsAreAsTheyWereKnown(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		settle(t, d)
		ask := &carehomesv1.ListPlacementsRequest{Parent: county, From: "2024-01-31", To: "2024-01-31"}
		for _, id := range []string{"1-31", "1-32", "1-33"} {
			d.submit(t, ofHome(id, "2024-01-10", placedFrom(map[string]int32{booktest.County: 4})))
		}
		before := d.placements(t, ask)
		revision := d.submit(t, ofHome("1-31", "2024-01-11", placedFrom(map[string]int32{booktest.County: 9})))
		ask.MinRevision = revision
		after := d.placements(t, ask)
		want(t, "now", after.GetPoints()[0].GetPlacedElsewhere(), 17.0)
		if after.GetRevision() != revision {
			t.Errorf("it knows commit %d, not %d", after.GetRevision(), revision)
		}
		ask.MinRevision, ask.KnownAt = 0, before.GetKnownAt()
		if diff := cmp.Diff(before, d.placements(t, ask), protocmp.Transform()); diff != "" {
			t.Errorf("asked as it was known (-then +now)\n%s", diff)
		}
	})
}

// What the placements show must be what the districts show: else one would give away what
// the other hides.
func TestPlacementsHideWhatDistrictsHide(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	settle(t, d)
	other := "E10000018"
	for _, id := range []string{"1-31", "1-32", "1-33"} {
		d.submit(t, ofHome(id, "2024-01-10", placedFrom(map[string]int32{"own": 10, booktest.County: 4, other: 1})))
	}
	ask := &carehomesv1.ListPlacementsRequest{Parent: county, From: "2024-01-31", To: "2024-01-31"}
	got := d.placements(t, ask).GetPoints()[0]
	capacity := must(d.GetDistrictCapacity(d.ctx, &carehomesv1.GetDistrictCapacityRequest{
		Name: "districts/" + rutland + "/careHomeCapacity", AsAt: "2024-01-31",
	}))(t).GetCapacity()
	at := slices.IndexFunc(capacity.GetPlacedByOtherAuthorities(), func(p *carehomesv1.PlacedByAuthority) bool { return p.GetAuthority() == county })
	// Twelve of the county beside three of another: shown, the three could be had from the sum of 15.
	want(t, "in the district", capacity.GetPlacedByOtherAuthorities()[at].GetResidents(), hiddenToo)
	want(t, "in the placements", got.GetDistricts()[0].GetResidents(), hiddenToo)
	want(t, "added up", got.GetPlacedElsewhere(), hiddenToo)
	system := must(d.ListPlacements(audience.With(t.Context(), audience.System), ask))(t).GetPlacements().GetPoints()[0]
	want(t, "to the suite itself", system.GetPlacedElsewhere(), 12.0)
}

func TestASingleHomesOriginsAreHiddenFromThePublic(t *testing.T) {
	// Three kinds of beds: one home is one home however many it has.
	rows := []*carehomesv1.BedReturn{
		placedFrom(map[string]int32{"own": 20, rutland: 8, fromNobody: 9}),
		placedFrom(map[string]int32{fromNobody: 9}), placedFrom(map[string]int32{"own": 7}),
	}
	rows[1].BedType, rows[2].BedType = dementiaNursing, generalNursing
	homes := []Standing{returned(home("1-1", "1-19", 60), "2026-10-10", rows...)}
	// Nobody is placed by the NHS, which could be had from the other payers: the smallest of
	// them is hidden too, and with it the only authority that it is made of.
	for audience, expected := range map[commonv1.Audience]any{public: fewHomes, commissioner: hiddenToo, system: 8.0} {
		says := origins(ask(audience), homes)
		want(t, "placed by Rutland", says.GetPlacedBy()[0].GetResidents(), expected)
		want(t, "placed by others", says.GetPlacedByOtherCouncils(), expected)
	}
	want(t, "all residents", origins(ask(public), homes).GetResidents(), fewHomes)
	want(t, "its own council's", origins(ask(public), homes).GetPlacedByOwnCouncil(), fewHomes)
}

func TestOriginsAreThoseOfTheCapacity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		audience := rapid.SampledFrom([]commonv1.Audience{public, commissioner, system}).Draw(t, "audience")
		homes := randomHomes(t, "a")
		says, capacity := origins(ask(audience), homes), Capacity(ask(audience), homes, known)
		if diff := cmp.Diff(say(capacity.GetTotal().GetUsed()), say(says.GetResidents())); diff != "" && len(homes) > 0 {
			t.Fatalf("residents\n%s", diff)
		}
		if diff := cmp.Diff(capacity.GetPlacedByOtherAuthorities(), says.GetPlacedBy(), protocmp.Transform()); diff != "" {
			t.Fatalf("origins\n%s", diff)
		}
	})
}

func TestAddedIsHiddenWithAnyOfItsParts(t *testing.T) {
	basis := figure.Basis{Coverage: &commonv1.Coverage{Responding: 1, Expected: 1}}
	six, hidden := basis.Count(6, commonv1.Unit_UNIT_PEOPLE), basis.Hidden(small, commonv1.Unit_UNIT_PEOPLE)
	want(t, "two shown", added(basis, []*commonv1.Figure{six, six}), 12.0)
	want(t, "one hidden", added(basis, []*commonv1.Figure{six, hidden}), hiddenToo)
	want(t, "none", added(basis, nil), 0.0)
	want(t, "nobody asked", added(figure.Basis{}, nil), "not enough data")
}

func TestPlacementsNameTheFaultsOfARequest(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	for name, test := range map[string]struct {
		req  *carehomesv1.ListPlacementsRequest
		want []string
	}{
		"no authority": {&carehomesv1.ListPlacementsRequest{Parent: "districts/" + rutland}, []string{"parent"}},
		"by day":       {&carehomesv1.ListPlacementsRequest{Parent: county, Step: commonv1.HistoryStep_HISTORY_STEP_DAY}, []string{"step"}},
		"too long":     {&carehomesv1.ListPlacementsRequest{Parent: county, From: "2020-01-01", To: "2024-01-01"}, []string{"from"}},
		"the future":   {&carehomesv1.ListPlacementsRequest{Parent: county, From: "2999-01-01", To: "2999-01-01"}, []string{"from", "to"}},
		"known in the future": {
			&carehomesv1.ListPlacementsRequest{Parent: county, KnownAt: &timestamppb.Timestamp{Seconds: 1 << 35}}, []string{"known_at"},
		},
	} {
		_, err := d.ListPlacements(d.ctx, test.req)
		if diff := cmp.Diff(test.want, faults(t, err, codes.InvalidArgument)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	_, err := d.ListPlacements(d.ctx, &carehomesv1.ListPlacementsRequest{Parent: "authorities/E10009999"})
	faults(t, err, codes.NotFound)
}
