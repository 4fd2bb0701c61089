package homecare

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/caremarket/caremarket/pkg/booktest"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

var redrawn = &commonv1.Source{Id: "zones-2027", Kind: commonv1.SourceKind_SOURCE_KIND_COUNCIL_RECORD, Title: "Home care zones, redrawn"}

func (d *desk) importZones(t testing.TB, text string, partial bool, rejects *strings.Builder) (intake.Report, error) {
	t.Helper()
	opts := intake.Options{Partial: partial}
	if rejects != nil {
		opts.Rejects = rejects
	}
	return d.server.ImportZones(d.ctx, intake.FromBytes("zones.csv", []byte(text)), redrawn, opts)
}

func (d *desk) zones(t testing.TB, authority string) map[string]*homecarev1.Zone {
	t.Helper()
	all := map[string]*homecarev1.Zone{}
	req := &homecarev1.ListZonesRequest{Authority: authority, PageSize: 2}
	for {
		page := must(d.ListZones(d.ctx, req))(t)
		for _, zone := range page.GetZones() {
			all[zone.GetName()] = zone
		}
		if req.PageToken = page.GetNextPageToken(); req.PageToken == "" {
			return all
		}
	}
}

// of asks for a district's capacity.
func (d *desk) of(t testing.TB, req *homecarev1.GetDistrictCapacityRequest) *homecarev1.HomeCareCapacity {
	t.Helper()
	return must(d.GetDistrictCapacity(d.ctx, req))(t).GetCapacity()
}

const zoneFile = `Home care zones of the county,,,,,
zone,title,authority,district,share,people_65_plus
border,Border,E10000013,E07000082,0.2,"1,000"
border,,,E07000081,0.8,4000
hills,The hills,E10000013,E07000082,,
`

func TestImportZones(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		report := must(d.importZones(t, zoneFile, false, nil))(t)
		if report.Rows != 3 || report.Created != 1 || report.Updated != 1 {
			t.Errorf("report %+v", report)
		}
		got := d.zones(t, booktest.County)
		wanted := map[string]*homecarev1.Zone{
			"zones/border": zone("border", stroud, 0.2, gloucester, 0.8), "zones/hills": zone("hills", stroud, 1.0),
			"zones/valleys": zone("valleys", stroud, 1.0), "zones/vale": zone("vale", stroud, 1.0), "zones/city": zone("city", gloucester, 1.0),
		}
		wanted["zones/border"].Title, wanted["zones/hills"].Title = "Border", "The hills"
		wanted["zones/border"].Population_65Plus = proto.Int32(5000)
		for _, id := range []string{"zones/border", "zones/hills"} {
			wanted[id].SourceId = redrawn.GetId()
		}
		if diff := cmp.Diff(wanted, got, protocmp.Transform()); diff != "" {
			t.Errorf("zones (-want +got)\n%s", diff)
		}
		if others := d.zones(t, "E06000017"); len(others) != 0 {
			t.Errorf("Rutland has %v", others)
		}
		again := must(d.importZones(t, zoneFile, false, nil))(t)
		if again.Unchanged != 2 || again.Created+again.Updated != 0 || again.Revision != report.Revision {
			t.Errorf("run twice: %+v, after %+v", again, report)
		}
	})
}

func TestFaultyZonesAreRejectedWhole(t *testing.T) {
	const faulty = `zone,title,authority,district,share,people_65_plus
fine,Fine,E10000013,E07000082,,
Not An Id,Two,E10000013,E07000082,,
short,Short,E10000013,E07000082,0.5,10
short,Short,E10000013,E07000081,0.4,
fine,Fine,E10000013,E07000081,,
abroad,Abroad,E10000099,E07000999,,
unsaid,Unsaid,E10000013,E07000082,,
unsaid,Another,E10000013,E07000081,1.5,
,Nameless,E10000013,E07000082,,
far,Far,E10000013,E06000017,,
`
	onEngines(t, func(t *testing.T, d *desk) {
		before := d.zones(t, "")
		var rejects strings.Builder
		report, err := d.importZones(t, faulty, false, &rejects)
		if err == nil || report.Rejected != 9 || report.Created != 0 {
			t.Errorf("report %+v, %v", report, err)
		}
		if diff := cmp.Diff(before, d.zones(t, ""), protocmp.Transform()); diff != "" {
			t.Errorf("something was kept (-before +after)\n%s", diff)
		}
		for _, want := range []string{
			"rejected_row,rejected_because,zone,title", "zone: does not match", "people_65_plus: stands on 1 of the zone's 2 rows",
			"another row of this zone is rejected", "stands on row 2 too", "E10000099 is not a council", "E07000999 is not a district",
			"say how much of the zone lies in each", "1.5 is not above 0 and at most 1", `title: is ""Unsaid"" on row 8`, "zone: is empty", "Rutland (E06000017) is not a district of Gloucestershire",
		} {
			if !strings.Contains(rejects.String(), want) {
				t.Errorf("the rejected rows do not say %q:\n%s", want, rejects.String())
			}
		}
		if report := must(d.importZones(t, faulty, true, nil))(t); report.Created != 1 || report.Rejected != 9 {
			t.Errorf("in part: %+v", report)
		}
		if got := d.zones(t, ""); len(got) != len(before)+1 || got["zones/fine"] == nil {
			t.Errorf("in part, there are %v", got)
		}
	})
}

// When a zone is redrawn, its branches count where it lies now, answers are made anew, and
// what was known before reads as it did.
func TestARedrawnZoneMovesWhatItsBranchesReturned(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		b := branch("1-1", home, "border")
		d.register(t, b)
		d.submit(t, ofBranch("1-1", "2024-01-31", row("border", 100, 100, 40)))
		ask := func(district string) *homecarev1.GetDistrictCapacityRequest {
			return &homecarev1.GetDistrictCapacityRequest{Name: district + "/homeCareCapacity"}
		}
		before := d.of(t, ask(stroud))
		if got := value(t, before.GetHours().GetSpare()); got != 30 {
			t.Fatalf("Stroud has %g spare hours, want 30", got)
		}
		report := must(d.importZones(t, "zone,title,authority,district\nborder,border,E10000013,E07000081\n", false, nil))(t)
		if got := value(t, d.of(t, ask(gloucester)).GetHours().GetSpare()); got != 40 {
			t.Errorf("Gloucester has %g spare hours, want 40", got)
		}
		now := d.of(t, ask(stroud))
		if got := now.GetHours().GetSpare().GetState(); now.GetRevision() != report.Revision || len(now.GetZones()) != 2 {
			t.Errorf("Stroud, which it left, has %v at revision %d", got, now.GetRevision())
		}
		then := ask(stroud)
		then.KnownAt = before.GetKnownAt()
		if diff := cmp.Diff(before, d.of(t, then), protocmp.Transform()); diff != "" {
			t.Errorf("what was known before (-then +now)\n%s", diff)
		}
		listed := d.list(t, &homecarev1.ListHomeCareBranchesRequest{District: booktest.Gloucester})
		if diff := cmp.Diff([]string{"1-1"}, listed); diff != "" {
			t.Errorf("branches of Gloucester (-want +got)\n%s", diff)
		}
	})
}

// A change of zones alone is a change that a watcher hears of, and only once.
func TestWatchersHearOfZones(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		newest := d.Tracker.Global()
		report := must(d.importZones(t, zoneFile, false, nil))(t)
		stream := must(d.WatchDistrict(d.ctx, &homecarev1.WatchDistrictRequest{Name: stroudCapacity, AfterRevision: newest}))(t)
		first := must(stream.Recv())(t).GetChange()
		if first.GetKind() != commonv1.ChangeKind_CHANGE_KIND_REFERENCE || first.GetRevision() != report.Revision || first.GetPlace() != "" {
			t.Errorf("heard of %v", first)
		}
		b := branch("1-7", home, "hills")
		d.register(t, b)
		if second := must(stream.Recv())(t).GetChange(); second.GetPlace() != b.GetName() {
			t.Errorf("then of %v", second)
		}
	})
}

func TestLoadZonesNamesEveryFault(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		bad := zone("bad", "districts/E07000999", 1.0)
		bad.Title = ""
		_, err := d.server.LoadZones(d.ctx, []*homecarev1.Zone{zone("one", stroud, 1.0), zone("one", stroud, 1.0), bad}, []*commonv1.Source{zoned})
		var fields []string
		for _, v := range errs.Violations(err) {
			fields = append(fields, v.Field)
		}
		if diff := cmp.Diff([]string{"zones[1].name", "zones[2].title", "zones[2].shares[0].district"}, fields); diff != "" {
			t.Errorf("faults of %v (-want +got)\n%s", err, diff)
		}
	})
}

func TestSpareHoursOfAZoneThatIsNotKnown(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		_, err := d.FindSpareHours(d.ctx, &homecarev1.FindSpareHoursRequest{Zone: "atlantis"})
		refusal(t, err, codes.NotFound)
	})
}
