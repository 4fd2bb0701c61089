package geo_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
)

func TestParseCode(t *testing.T) {
	for _, good := range []string{"E07000082", "W06000001", "S12000047", "N09000011"} {
		if code, err := geo.ParseCode(good); err != nil || string(code) != good {
			t.Errorf("ParseCode(%q) = %q, %v", good, code, err)
		}
	}
	for _, bad := range []string{"", "E0700008", "E070000822", "e07000082", "X07000082", "E0700008２", " E07000082", "E07000082\n"} {
		if code, err := geo.ParseCode(bad); err == nil {
			t.Errorf("ParseCode(%q) = %q, want an error", bad, code)
		}
	}
}

func names(districts []geo.District) []string {
	var names []string
	for _, d := range districts {
		names = append(names, d.Name)
	}
	return names
}

func TestDistrictsOf(t *testing.T) {
	atlas := atlasOf(t, miniature(), today)
	tests := []struct {
		name string
		code geo.Code
		want []string
	}{
		{"a county, in code order", shire, []string{"East Shire", "West Shire"}},
		{"a unitary is its own only district", unitary, []string{"Unitary"}},
		{"a region", middle, []string{"East Shire", "West Shire"}},
		{"England", geo.England, []string{"Unitary", "East Shire", "West Shire"}},
		{"a district", westShire, []string{"West Shire"}},
		{"an unknown code", "E07009999", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, names(atlas.DistrictsOf(test.code))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLookups(t *testing.T) {
	atlas := atlasOf(t, miniature(), today)
	if atlas.Day() != today {
		t.Errorf("the atlas is of %v", atlas.Day())
	}
	if authority, ok := atlas.AuthorityOf(eastShire); !ok || authority.Code != shire {
		t.Errorf("East Shire's authority = %v, %v", authority, ok)
	}
	if authority, ok := atlas.AuthorityOf(unitary); !ok || authority.Code != unitary {
		t.Errorf("the unitary's authority = %v, %v", authority, ok)
	}
	if _, ok := atlas.AuthorityOf(shire); ok {
		t.Error("a county was taken for a district")
	}
	if region, ok := atlas.Region(north); !ok || region.Name != "North" {
		t.Errorf("region = %v, %v", region, ok)
	}
	if _, ok := atlas.District("E07009999"); ok {
		t.Error("an unknown district was found")
	}
	if got := len(atlas.Districts()) + len(atlas.Authorities()) + len(atlas.Regions()); got != 3+2+2 {
		t.Errorf("%d areas in all, want 7", got)
	}
}

func TestAnAtlasCannotBeChanged(t *testing.T) {
	atlas := atlasOf(t, miniature(), today)
	atlas.Districts()[0].Name = "spoilt"
	atlas.Outcode("AA1")[0].Share = 0
	atlas.Successors("E07000092")[0] = "spoilt"
	if atlas.Districts()[0].Name == "spoilt" || atlas.Outcode("AA1")[0].Share == 0 || atlas.Successors("E07000092")[0] == "spoilt" {
		t.Error("what an atlas returned could be written through to the atlas")
	}
}

func TestSuccessors(t *testing.T) {
	atlas := atlasOf(t, miniature(), today)
	tests := []struct {
		name string
		code geo.Code
		want []geo.Code
	}{
		{"a present district is itself", eastShire, []geo.Code{eastShire}},
		{"merged", "E07000091", []geo.Code{unitary}},
		{"merged twice over", "E07000090", []geo.Code{unitary}},
		{"divided", "E07000092", []geo.Code{eastShire, westShire}},
		{"a county is no district", shire, nil},
		{"unknown", "E07009999", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, atlas.Successors(test.code)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOutcode(t *testing.T) {
	atlas := atlasOf(t, miniature(), today)
	want := []geo.OutcodeShare{
		{District: eastShire, Postcodes: 75, Share: 0.75},
		{District: westShire, Postcodes: 25, Share: 0.25},
	}
	if diff := cmp.Diff(want, atlas.Outcode("AA1")); diff != "" {
		t.Error(diff)
	}
	want = []geo.OutcodeShare{{District: unitary, Postcodes: 40, Share: 1}}
	if diff := cmp.Diff(want, atlas.Outcode("BB1")); diff != "" {
		t.Errorf("a former district's postcodes go to its successor: %s", diff)
	}
	if got := atlas.Outcode("ZZ9"); got != nil {
		t.Errorf("an unknown outward code reaches %v", got)
	}
}

// TestReorganisation has the county replaced by a second unitary in 2027.
func TestReorganisation(t *testing.T) {
	const merged = geo.Code("E06000099")
	first, last := period.NewDate(2027, 4, 1), period.NewDate(2027, 3, 31)
	tables := miniature()
	tables.Authorities[0].To = last
	tables.Districts[0].To, tables.Districts[1].To = last, last
	tables.Authorities = append(tables.Authorities,
		geo.Authority{Code: merged, Name: "Shire", Region: middle, Span: geo.Span{From: first}})
	tables.Districts = append(tables.Districts,
		geo.District{Code: merged, Name: "Shire", Authority: merged, Region: middle, Hectares: 300, Span: geo.Span{From: first}})
	for _, code := range []geo.Code{eastShire, westShire} {
		tables.Successions = append(tables.Successions, geo.Succession{From: code, To: merged, Name: "Former", On: first})
	}

	before, after := atlasOf(t, tables, last), atlasOf(t, tables, first)
	if got := len(before.DistrictsOf(middle)); got != 2 {
		t.Errorf("the day before, the region has %d districts, want 2", got)
	}
	if _, ok := before.District(merged); ok {
		t.Error("the new district exists before its day")
	}
	if diff := cmp.Diff([]string{"Shire"}, names(after.DistrictsOf(middle))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]geo.Code{merged}, after.Successors("E07000092")); diff != "" {
		t.Errorf("the divided district is whole again: %s", diff)
	}
	if got := after.Outcode("AA1"); len(got) != 1 || got[0].Share != 1 {
		t.Errorf("AA1 reaches %v", got)
	}
}

func TestNewAtlasNamesEveryFault(t *testing.T) {
	tables := miniature()
	tables.Regions = tables.Regions[1:]
	tables.Authorities = append(tables.Authorities, geo.Authority{Code: "E10000002", Name: "Empty", Region: north})
	tables.Districts[0].Authority = "E10009999"
	tables.Districts[1].Region = north
	tables.Districts[2].Hectares = 0
	tables.Districts = append(tables.Districts, tables.Districts[2], geo.District{Code: "E7", Name: "Short"})
	tables.Successions = append(tables.Successions,
		geo.Succession{From: unitary, To: eastShire, Name: "Unitary", On: today},
		geo.Succession{From: "E07000080", To: "E07000081", Name: "Round", On: today},
		geo.Succession{From: "E07000081", To: "E07000080", Name: "About", On: today},
		geo.Succession{From: "E07000082", To: "E07009999", Name: "Lost", On: today})
	tables.Outcodes = append(tables.Outcodes,
		geo.OutcodeCount{Outcode: "aa1", District: eastShire, Postcodes: 1},
		geo.OutcodeCount{Outcode: "AA2", District: eastShire},
		geo.OutcodeCount{Outcode: "AA3", District: "E07000092", Postcodes: 1})

	_, err := geo.NewAtlas(tables, today)
	if err == nil {
		t.Fatal("the tables were taken")
	}
	for _, want := range []string{
		`authority E10000001 (Shire): no region "E12000001"`,
		`authority E10000002 (Empty) has no district`,
		`district E07000002 (West Shire): no authority "E10009999"`,
		`district E07000001 (East Shire) is in region "E12000002", its authority in "E12000001"`,
		`district E06000001 (Unitary) has an area of 0 hectares`,
		`district E06000001 (Unitary) is given twice`,
		`district "E7" (Short): not a GSS code`,
		`district E06000001 (Unitary) has a successor and still exists`,
		`former district E07000080: its successors lead back to E07000080`,
		`former district E07000082: its successor E07009999 is not a district`,
		`"aa1" is not an outward code`,
		`outward code AA2 has 0 postcodes`,
		`outward code AA3: "E07000092" does not stand for one district`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say: %s", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestSpan(t *testing.T) {
	from, to := period.NewDate(2020, 4, 1), period.NewDate(2027, 3, 31)
	tests := []struct {
		span geo.Span
		day  period.Date
		want bool
	}{
		{geo.Span{}, today, true},
		{geo.Span{From: from, To: to}, from, true},
		{geo.Span{From: from, To: to}, to, true},
		{geo.Span{From: from}, from.AddDays(-1), false},
		{geo.Span{To: to}, to.AddDays(1), false},
	}
	for _, test := range tests {
		if got := test.span.Contains(test.day); got != test.want {
			t.Errorf("%v contains %v = %v, want %v", test.span, test.day, got, test.want)
		}
	}
}
