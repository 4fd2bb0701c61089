package housingwithcare

import (
	"testing"

	"buf.build/go/protovalidate"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/audience"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/rules"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// fields names the fields that an error finds fault with, in order.
func fields(err error) []string {
	var out []string
	for _, v := range errs.Violations(err) {
		out = append(out, v.Field)
	}
	return out
}

func TestCheckReturn(t *testing.T) {
	h := scheme("a", extraCare, built(rent, 40), built(shared, 10))
	for name, c := range map[string]struct {
		change func(*housingwithcarev1.SchemeReturn)
		want   []string
	}{
		"sound":                       {func(*housingwithcarev1.SchemeReturn) {}, nil},
		"full":                        {func(r *housingwithcarev1.SchemeReturn) { r.Tenures[0] = row(rent, 40, 40, 0, 0, 9) }, nil},
		"all out of use":              {func(r *housingwithcarev1.SchemeReturn) { r.Tenures[0] = row(rent, 40, 0, 0, 0, 0) }, nil},
		"all voids reserved":          {func(r *housingwithcarev1.SchemeReturn) { r.Tenures[0] = row(rent, 40, 30, 10, 10, 0) }, nil},
		"a tenure left out":           {func(r *housingwithcarev1.SchemeReturn) { r.Tenures = r.Tenures[:1] }, nil},
		"more occupied than units":    {func(r *housingwithcarev1.SchemeReturn) { r.Tenures[0] = row(rent, 40, 41, 0, 0, 0) }, []string{"tenures[0]"}},
		"occupied and voids too many": {func(r *housingwithcarev1.SchemeReturn) { r.Tenures[1] = row(shared, 10, 6, 5, 0, 0) }, []string{"tenures[1]"}},
		"more reserved than voids":    {func(r *housingwithcarev1.SchemeReturn) { r.Tenures[0] = row(rent, 40, 30, 4, 5, 0) }, []string{"tenures[0].voids_reserved"}},
		"a tenure that it does not have": {
			func(r *housingwithcarev1.SchemeReturn) { r.Tenures[1] = row(sale, 10, 5, 5, 0, 0) }, []string{"tenures[1].tenure"},
		},
		"a tenure twice":        {func(r *housingwithcarev1.SchemeReturn) { r.Tenures[1] = row(rent, 1, 1, 0, 0, 0) }, []string{"tenures[1].tenure"}},
		"residents alone":       {func(r *housingwithcarev1.SchemeReturn) { r.Residents = new(int32(0)) }, nil},
		"those with care alone": {func(r *housingwithcarev1.SchemeReturn) { r.ResidentsWithCare = new(int32(7)) }, nil},
		"all residents have care": {func(r *housingwithcarev1.SchemeReturn) {
			r.Residents, r.ResidentsWithCare = new(int32(7)), new(int32(7))
		}, nil},
		"more with care than residents": {
			func(r *housingwithcarev1.SchemeReturn) {
				r.Residents, r.ResidentsWithCare = new(int32(7)), new(int32(8))
			},
			[]string{"residents_with_care"},
		},
		"everything at once": {
			func(r *housingwithcarev1.SchemeReturn) {
				r.Tenures = []*housingwithcarev1.TenureReturn{row(rent, 1, 2, 3, 4, 0), row(rent, 1, 1, 0, 0, 0), row(sale, 1, 1, 1, 2, 0)}
				r.Residents, r.ResidentsWithCare = new(int32(0)), new(int32(1))
			},
			[]string{"tenures[0]", "tenures[0].voids_reserved", "tenures[1].tenure", "tenures[2].tenure", "tenures[2]", "tenures[2].voids_reserved", "residents_with_care"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := schemeReturn(h, "2026-10-10", row(rent, 40, 36, 3, 2, 11), row(shared, 10, 8, 2, 0, 1))
			c.change(r)
			err := market{rules: DefaultRules()}.CheckReturn(h, r, date(t, "2026-10-31"))
			if diff := cmp.Diff(c.want, fields(err)); diff != "" {
				t.Errorf("(-want +got)\n%s\n%v", diff, err)
			}
		})
	}
}

func TestSumsDoNotOverflow(t *testing.T) {
	h := scheme("a", extraCare, built(rent, 40))
	const most = 1<<31 - 1
	err := market{rules: DefaultRules()}.CheckReturn(h, schemeReturn(h, "2026-10-10", row(rent, 5, most, most, 0, 0)), date(t, "2026-10-31"))
	if diff := cmp.Diff([]string{"tenures[0]"}, fields(err)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestFlags(t *testing.T) {
	const (
		above = housingwithcarev1.ReturnFlag_RETURN_FLAG_UNITS_ABOVE_REGISTERED
		hours = housingwithcarev1.ReturnFlag_RETURN_FLAG_HOURS_USED_IMPLAUSIBLE
	)
	care := func(contracted, used float64) *housingwithcarev1.OnSiteCareReturn {
		return &housingwithcarev1.OnSiteCareReturn{HoursContracted: contracted, HoursUsed: used}
	}
	for name, c := range map[string]struct {
		rent, shared int32
		care         *housingwithcarev1.OnSiteCareReturn
		want         []housingwithcarev1.ReturnFlag
	}{
		"sound":                               {40, 10, care(300, 290), nil},
		"no care returned":                    {40, 10, nil, nil},
		"fewer homes than registered":         {1, 0, nil, nil},
		"half more homes of a tenure":         {40, 15, nil, nil},
		"beyond half more":                    {40, 16, nil, []housingwithcarev1.ReturnFlag{above}},
		"one tenure's excess is not set off":  {0, 16, nil, []housingwithcarev1.ReturnFlag{above}},
		"half more hours":                     {40, 10, care(300, 450), nil},
		"a month's hours":                     {40, 10, care(300, 1300), []housingwithcarev1.ReturnFlag{hours}},
		"tenants who arrange their own hours": {40, 10, care(0, 80), nil},
		"both":                                {61, 10, care(1, 2), []housingwithcarev1.ReturnFlag{above, hours}},
	} {
		t.Run(name, func(t *testing.T) {
			h := scheme("a", extraCare, built(rent, 40), built(shared, 10))
			r := schemeReturn(h, "2026-10-10", row(rent, c.rent, 0, 0, 0, 0), row(shared, c.shared, 0, 0, 0, 0))
			r.OnSiteCare = c.care
			r.Flags = []housingwithcarev1.ReturnFlag{hours, above, hours} // A caller's own say does not count.
			flagged := market{rules: DefaultRules()}.Flag(h, r)
			if diff := cmp.Diff(c.want, r.GetFlags()); diff != "" || flagged != (len(c.want) > 0) {
				t.Errorf("flagged %v (-want +got)\n%s", flagged, diff)
			}
		})
	}
}

func TestEveryThresholdNamesItsSource(t *testing.T) {
	r := DefaultRules()
	for name, threshold := range map[string]Threshold{
		"units over registered": r.UnitsOverRegistered, "hours used over contracted": r.HoursUsedOverContracted,
	} {
		if threshold.Value <= 0 || threshold.Source == "" {
			t.Errorf("%s: %+v", name, threshold)
		}
	}
}

func TestCheckPlace(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*housingwithcarev1.HousingScheme)
		want   []string
	}{
		"sound":                  {func(*housingwithcarev1.HousingScheme) {}, nil},
		"closed as it opened":    {func(h *housingwithcarev1.HousingScheme) { h.OpenedOn, h.ClosedOn = "2020-01-01", "2020-01-01" }, nil},
		"closed before it opens": {func(h *housingwithcarev1.HousingScheme) { h.OpenedOn, h.ClosedOn = "2020-01-02", "2020-01-01" }, []string{"closed_on"}},
		"no such days":           {func(h *housingwithcarev1.HousingScheme) { h.OpenedOn, h.ClosedOn = "2020-02-30", "2020-13-01" }, []string{"opened_on", "closed_on"}},
		"from nowhere":           {func(h *housingwithcarev1.HousingScheme) { h.SourceId = "" }, []string{"source_id"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := scheme("a", extraCare, built(rent, 40))
			c.change(h)
			if diff := cmp.Diff(c.want, fields(market{}.CheckPlace(h))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestShapeOfAScheme(t *testing.T) {
	checker, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	h := scheme("mill-court", extraCare, built(rent, 40))
	if err := rules.Check(checker, h); err != nil {
		t.Fatalf("a sound scheme is refused: %v", err)
	}
	h.Name, h.Provider, h.CareProvider = "housingSchemes/1-123", "providers/Somebody", "providers/ll-own"
	h.Units = []*housingwithcarev1.TenureUnits{built(rent, 0), built(rent, 3)}
	h.HubRadiusMiles, h.Latitude = new(0.0), new(51.0)
	// In the order of the proto's fields, those of the whole message first.
	wantFields := []string{"", "", "name", "provider", "care_provider", "units[0].units", "hub_radius_miles"}
	got := fields(rules.Check(checker, h))
	if diff := cmp.Diff(wantFields, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestEntry(t *testing.T) {
	h := scheme("mill-court", extraCare, built(rent, 40))
	e := market{}.Entry(h)
	if e.ID != "hs-mill-court" || e.Provider != "ll-mill-court" || e.Point != nil || !cmp.Equal(e.Districts, []string{"E07000082"}) {
		t.Errorf("entry %+v", e)
	}
	h.Latitude, h.Longitude = new(51.7), new(-2.2)
	if diff := cmp.Diff(&geo.Point{Latitude: 51.7, Longitude: -2.2}, market{}.Entry(h).Point); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Whatever a caller sends, the rules answer with faults by field, and what they let pass
// can be counted.
func FuzzCheckReturn(f *testing.F) {
	h := scheme("a", extraCare, built(rent, 40), built(shared, 10))
	for _, r := range []*housingwithcarev1.SchemeReturn{
		schemeReturn(h, "2026-10-10", row(rent, 40, 36, 3, 2, 11), row(shared, 10, 8, 2, 0, 1)),
		schemeReturn(h, "", row(sale, -1, 1, -1, 2, 0)),
		{},
	} {
		seed, err := proto.Marshal(r)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed)
	}
	m := market{rules: DefaultRules()}
	f.Fuzz(func(t *testing.T, sent []byte) {
		r := &housingwithcarev1.SchemeReturn{}
		if proto.Unmarshal(sent, r) != nil {
			return
		}
		if err := m.CheckReturn(h, r, date(t, "2026-10-31")); err != nil {
			for _, v := range errs.Violations(err) {
				if v.Field == "" || v.Description == "" {
					t.Fatalf("a fault without a field or words: %+v", v)
				}
			}
			if len(errs.Violations(err)) == 0 {
				t.Fatalf("no fault is named: %v", err)
			}
			return
		}
		m.Flag(h, r)
		s := Standing{Place: h, PlaceSource: register, Returned: true, AsAt: r.GetAsAt(), Return: r, Source: extract}
		Capacity(asking(t, audience.Public), []Standing{s}, known)
	})
}
