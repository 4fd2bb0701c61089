package homecare

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

func TestHoursAreSumOverSumOfTheDistrictsShare(t *testing.T) {
	ref := reference(t)
	all := []Standing{
		returned(branch("1-1", home, "valleys", "border"), zoneRows(row("valleys", 300, 400, 20), row("border", 100, 200, 40))),
		returned(branch("1-2", home, "vale"), zoneRows(row("vale", 100, 100, 0))),
		returned(branch("1-3", home, "vale", "city"), zoneRows(row("vale", 50, 100, 10), row("city", 1000, 1000, 100))),
	}
	got := Capacity(ask(t, audience.Commissioner, stroud), ref, all, known).GetHours()
	// 300 + 0.75 x 100 + 100 + 50 of 400 + 0.75 x 200 + 100 + 100, nothing of the city.
	for what, pair := range map[string][2]float64{
		"delivered":    {value(t, got.GetDelivered()), 525},
		"commissioned": {value(t, got.GetCommissioned()), 750},
		"spare":        {value(t, got.GetSpare()), 60},
		"fill":         {value(t, got.GetFill()), 70},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %g, want %g", what, pair[0], pair[1])
		}
	}
}

func TestFillCountsOnlyThoseWhoReturnBoth(t *testing.T) {
	all := []Standing{
		returned(branch("1-1", home, "vale"), zoneRows(row("vale", 80, 100, 0))),
		returned(branch("1-2", home, "vale"), zoneRows(&homecarev1.ZoneReturn{Zone: "zones/vale", HoursDelivered: new(500.0)})),
		returned(branch("1-3", home, "vale"), zoneRows(&homecarev1.ZoneReturn{Zone: "zones/vale", HoursCommissioned: new(900.0)})),
	}
	fill := Capacity(ask(t, audience.Commissioner, stroud), reference(t), all, known).GetHours().GetFill()
	if got := value(t, fill); got != 80 {
		t.Errorf("fill %g, want 80", got)
	}
	if got := fill.GetCoverage(); got.GetResponding() != 1 || got.GetExpected() != 3 {
		t.Errorf("coverage %v, want 1 of 3", got)
	}
}

func TestCapacityBelongsToZonesAndNotToTheOffice(t *testing.T) {
	far := branch("1-1", home, "valleys")
	far.District = cotswold
	all := []Standing{returned(far, &homecarev1.HomeCareReturn{
		Zones: []*homecarev1.ZoneReturn{row("valleys", 300, 300, 25, paid(council, 40))},
		Staff: &homecarev1.StaffReturn{CareWorkersEmployed: 20, CareWorkersAgency: 10},
	})}
	here := Capacity(ask(t, audience.Commissioner, stroud), reference(t), all, known)
	if value(t, here.GetHours().GetSpare()) != 25 || value(t, here.GetBranches()) != 1 || value(t, here.GetOffices()) != 0 {
		t.Errorf("the zone's district: %v", here)
	}
	if here.GetStaff().GetEmployed().GetNotCollected() == nil {
		t.Errorf("staff belong to the office, not here: %v", here.GetStaff())
	}
	there := Capacity(ask(t, audience.Commissioner, cotswold), reference(t), all, known)
	if there.GetHours().GetSpare().GetNotCollected() == nil || value(t, there.GetBranches()) != 0 || value(t, there.GetOffices()) != 1 {
		t.Errorf("the office's district: %v", there)
	}
	if value(t, there.GetStaff().GetEmployed()) != 20 || value(t, there.GetStaff().GetAgency()) != 10 {
		t.Errorf("staff: %v", there.GetStaff())
	}
}

func TestOfficeFigureCountsForTheAuthorityOnly(t *testing.T) {
	ref := reference(t)
	all := []Standing{
		returned(branch("1-1", home, "valleys"), zoneRows(&homecarev1.ZoneReturn{HoursSpare: new(2000.0)})),
		returned(branch("1-2", home, "valleys"), zoneRows(row("valleys", 100, 100, 30))),
	}
	each, whole := sum(t, ref, audience.Commissioner, all, gloucester, stroud)
	part := each[1]
	if got := value(t, part.GetHours().GetSpare()); got != 30 {
		t.Errorf("the district's spare hours are %g", got)
	}
	if part.GetHeadOfficeOnly().GetHours().GetSpare().GetNotCollected() == nil {
		t.Errorf("a district cannot say it: %v", part.GetHeadOfficeOnly())
	}
	if got := noteCount(part, "HEAD_OFFICE_ONLY"); got != 1 {
		t.Errorf("%d branches noted", got)
	}
	if got := part.GetHours().GetSpare().GetCoverage(); got.GetResponding() != 1 || got.GetExpected() != 2 {
		t.Errorf("coverage %v, want 1 of 2", got)
	}
	if got := value(t, whole.GetHours().GetSpare()); got != 30 {
		t.Errorf("the authority's spare hours by zone are %g", got)
	}
	office := whole.GetHeadOfficeOnly()
	if value(t, office.GetHours().GetSpare()) != 2000 || value(t, office.GetBranches()) != 1 {
		t.Errorf("without a zone: %v", office)
	}
	if office.GetHours().GetDelivered().GetNotCollected() == nil {
		t.Errorf("hours delivered were not returned: %v", office.GetHours())
	}
}

func TestBranchOfTwoDistrictsCountsOnce(t *testing.T) {
	ref := reference(t)
	all := []Standing{
		returned(branch("1-1", home, "border", "city"), zoneRows(row("border", 200, 200, 40), row("city", 100, 100, 8))),
		returned(branch("1-2", home, "vale"), zoneRows(row("vale", 100, 100, 1))),
	}
	each, whole := sum(t, ref, audience.System, all, gloucester, stroud)
	if a, b := value(t, each[0].GetHours().GetSpare()), value(t, each[1].GetHours().GetSpare()); a != 18 || b != 31 {
		t.Errorf("districts have %g and %g spare hours, want 18 and 31", a, b)
	}
	if got := value(t, whole.GetHours().GetSpare()); got != 49 {
		t.Errorf("together %g, want 49", got)
	}
	if got := value(t, whole.GetBranches()); got != 2 {
		t.Errorf("%g branches, want 2", got)
	}
	if got := whole.GetHours().GetSpare().GetCoverage(); got.GetResponding() != 2 || got.GetExpected() != 2 {
		t.Errorf("coverage %v, want 2 of 2", got)
	}
	if a, b := noteCount(each[0], "ZONES_APPORTIONED"), noteCount(whole, "ZONES_APPORTIONED"); a != 1 || b != 0 {
		t.Errorf("apportioned zones noted: %d and %d, want 1 and 0", a, b)
	}
}

func TestSupplyOutsideCqcStandsApart(t *testing.T) {
	all := []Standing{
		returned(branch("1-1", home, "vale"), zoneRows(row("vale", 100, 100, 10, paid(council, 20)))),
		returned(branch("1-2", reablement, "vale"), zoneRows(row("vale", 50, 50, 5, paid(council, 30)))),
		returned(branch("oc-one", micro, "vale"), zoneRows(row("vale", 20, 0, 4, paid(selfFunder, 8)))),
		unreturned(branch("oc-two", micro, "vale")),
	}
	got := Capacity(ask(t, audience.System, stroud), reference(t), all, known)
	if value(t, got.GetHours().GetDelivered()) != 150 || value(t, got.GetPeople()) != 50 || value(t, got.GetBranches()) != 2 {
		t.Errorf("registered with CQC: %v %v", got.GetHours(), got.GetPeople())
	}
	if o := got.GetOutsideCqc(); value(t, o.GetHours().GetDelivered()) != 20 || value(t, o.GetPeople()) != 8 || value(t, o.GetServices()) != 2 {
		t.Errorf("outside CQC: %v", o)
	}
	var kinds []string
	for _, s := range got.GetSupplies() {
		kinds = append(kinds, fmt.Sprint(s.GetKind(), " ", value(t, s.GetServices()), " ", value(t, s.GetHours().GetSpare())))
	}
	want := []string{"SUPPLY_KIND_HOME_CARE 1 10", "SUPPLY_KIND_INTERMEDIATE_CARE 1 5", "SUPPLY_KIND_MICRO_PROVIDER 2 4"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	if spare := got.GetZones()[1].GetHours().GetSpare(); got.GetZones()[1].GetZone() != "zones/vale" || value(t, spare) != 15 {
		t.Errorf("the zone counts supply outside CQC: %v", got.GetZones()[1])
	}
}

func TestWhoIsNotCounted(t *testing.T) {
	closed := branch("1-2", home, "vale")
	closed.DeregisteredOn = "2026-10-01"
	aside := returned(branch("1-3", home, "vale"), zoneRows(row("vale", 7, 7, 7)))
	aside.SetAside = true
	stale := returned(branch("1-4", home, "vale"), &homecarev1.HomeCareReturn{AsAt: "2026-07-10", Zones: []*homecarev1.ZoneReturn{row("vale", 1, 1, 1)}})
	all := []Standing{
		returned(branch("1-1", home, "vale"), zoneRows(row("vale", 100, 100, 10))),
		returned(closed, zoneRows(row("vale", 5000, 5000, 5000))),
		aside, stale, unreturned(branch("1-5", home, "vale")), unreturned(branch("1-6", home)),
	}
	got := Capacity(ask(t, audience.Commissioner, stroud), reference(t), all, known)
	delivered := got.GetHours().GetDelivered()
	if v := value(t, delivered); v != 108 {
		t.Errorf("delivered %g, want 108", v)
	}
	want := &commonv1.Figure{
		State: &commonv1.Figure_Value{Value: 108}, Unit: commonv1.Unit_UNIT_HOURS_PER_WEEK, AsAt: today, Formula: formulaShared,
		SourceIds: []string{"cqc-2026-10", "provider-return", "zones-2026"},
		Coverage:  &commonv1.Coverage{Responding: 3, Expected: 4},
		Freshness: &commonv1.Freshness{Newest: "2026-10-12", Oldest: "2026-07-10", Stale: 1},
	}
	if diff := cmp.Diff(want, delivered, protocmp.Transform()); diff != "" {
		t.Errorf("delivered (-want +got):\n%s", diff)
	}
	for code, n := range map[string]int32{"NO_RETURN": 1, "STALE_RETURNS": 1, "FLAGGED_RETURNS": 1, "ZONES_UNRECORDED": 1, "HEAD_OFFICE_ONLY": 0} {
		if noteCount(got, code) != n {
			t.Errorf("note %s counts %d, want %d", code, noteCount(got, code), n)
		}
	}
}

func TestReturnOfThePredecessorStands(t *testing.T) {
	before := branch("1-1", home, "vale")
	before.DeregisteredOn = "2026-09-30"
	after := branch("1-2", home, "vale")
	after.RegisteredOn, after.Predecessor = "2026-10-01", before.GetName()
	all := []Standing{returned(before, zoneRows(row("vale", 100, 100, 10))), unreturned(after)}
	got := Capacity(ask(t, audience.Commissioner, stroud), reference(t), all, known)
	if value(t, got.GetHours().GetSpare()) != 10 || value(t, got.GetBranches()) != 1 || noteCount(got, "PREDECESSOR_RETURNS") != 1 {
		t.Errorf("capacity %v", got)
	}
}

func TestNobodyToAsk(t *testing.T) {
	got := Capacity(ask(t, audience.Public, stroud), reference(t), nil, known)
	figure.Each(got, func(path string, f *commonv1.Figure) {
		if v, ok := figure.Value(f); ok && (v != 0 || f.GetCoverage() != nil) {
			t.Errorf("%s claims %g", path, v)
		}
	})
	if got.GetPeople().GetNotCollected() == nil || value(t, got.GetBranches()) != 0 || len(got.GetZones()) != 3 {
		t.Errorf("capacity %v", got)
	}
}

func TestIllustrationIsSaid(t *testing.T) {
	s := returned(branch("1-1", home, "vale"), zoneRows(row("vale", 100, 100, 10)))
	if Capacity(ask(t, audience.Commissioner, stroud), reference(t), []Standing{s}, known).GetIllustrative() {
		t.Error("real returns are called illustrative")
	}
	s.Source = madeUp
	got := Capacity(ask(t, audience.Commissioner, stroud), reference(t), []Standing{s}, known)
	if !got.GetIllustrative() || !got.GetHours().GetSpare().GetIllustrative() || got.GetOffices().GetIllustrative() {
		t.Errorf("illustrative: %t, spare %t, offices %t", got.GetIllustrative(), got.GetHours().GetSpare().GetIllustrative(), got.GetOffices().GetIllustrative())
	}
}

func TestQuestionIsRepeatedAndSourcesStandOnce(t *testing.T) {
	q := ask(t, audience.Commissioner, stroud)
	q.KnownAt = &timestamppb.Timestamp{Seconds: 1_790_000_000}
	all := []Standing{returned(branch("1-1", home, "vale"), zoneRows(row("vale", 100, 100, 10)))}
	got := Capacity(q, reference(t), all, known)
	if got.GetName() != stroud+"/homeCareCapacity" || got.GetAsAt() != today || got.GetRevision() != 7 || got.GetKnownAt().GetSeconds() != 1_790_000_000 {
		t.Errorf("answer to %v", got)
	}
	want := []*commonv1.Source{onCQC, figure.Own(), zoned}
	if diff := cmp.Diff(want, got.GetSources(), protocmp.Transform()); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
}

// Nobody returned: every figure says so, with who was expected, and none is 0 or hidden.
func TestNobodyReturned(t *testing.T) {
	for _, who := range []audience.Audience{audience.Public, audience.Provider, audience.Commissioner, audience.System} {
		n := 0
		figure.Each(Capacity(ask(t, who, stroud), reference(t), []Standing{unreturned(branch("1-1", home, "vale")), unreturned(branch("oc-two", micro, "valleys"))}, known), func(path string, f *commonv1.Figure) {
			if f.GetCoverage().GetExpected() == 0 {
				return // Of the register.
			}
			n++
			if _, ok := figure.Value(f); ok || figure.IsHidden(f) || f.GetCoverage().GetResponding() != 0 {
				t.Errorf("%s: %v", path, f)
			}
		})
		if n == 0 {
			t.Error("no figure says who was expected")
		}
	}
}
