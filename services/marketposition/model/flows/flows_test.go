package flows_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/services/marketposition/model/flows"
)

const (
	gloucestershire = "E10000013"
	leicester       = "E06000016"
	stroud          = "E07000082"
	cotswold        = "E07000079"
)

func place(period, origin, district, authority string, people int) flows.Placement {
	return flows.Placement{Period: period, Origin: origin, District: district, Authority: authority, People: people}
}

func TestAssessWorkedByHand(t *testing.T) {
	result, err := flows.Assess(flows.Input{
		Placements: []flows.Placement{
			place("2024-02", gloucestershire, stroud, gloucestershire, 100),
			place("2024-01", gloucestershire, stroud, gloucestershire, 60),
			place("2024-01", leicester, stroud, gloucestershire, 10),
			place("2024-01", flows.Unknown, stroud, gloucestershire, 25),
			place("2024-01", gloucestershire, cotswold, gloucestershire, 40),
			place("2024-01", gloucestershire, leicester, leicester, 4),
			place("2024-01", leicester, stroud, gloucestershire, 2), // a second return of the same homes' district
		},
		Capacity: []flows.Capacity{
			{Period: "2024-01", District: stroud, Authority: gloucestershire, Beds: 120},
			{Period: "2024-01", District: cotswold, Authority: gloucestershire, Beds: 40},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := flows.Period{
		Period: "2024-01",
		Cells: []flows.Cell{
			{Origin: flows.Unknown, Destination: gloucestershire, People: 25},
			{Origin: leicester, Destination: gloucestershire, People: 12},
			{Origin: gloucestershire, Destination: leicester, People: 4},
			{Origin: gloucestershire, Destination: gloucestershire, People: 100},
		},
		Authorities: []flows.Authority{
			{Code: leicester, Residents: flows.Residents{Imported: 4}, Exported: 12},
			{Code: gloucestershire, Residents: flows.Residents{Own: 100, Imported: 12, Unknown: 25, Beds: 160}, Exported: 4},
		},
		Districts: []flows.District{
			{Code: leicester, Authority: leicester, Residents: flows.Residents{Imported: 4}},
			{Code: cotswold, Authority: gloucestershire, Residents: flows.Residents{Own: 40, Beds: 40}},
			{Code: stroud, Authority: gloucestershire, Residents: flows.Residents{Own: 60, Imported: 12, Unknown: 25, Beds: 120}},
		},
	}
	// Cells are ordered by code, so the unitary E06... stands before the county E10....
	if diff := cmp.Diff(want, result.Periods[0]); diff != "" {
		t.Error(diff)
	}
	if len(result.Periods) != 2 || result.Periods[1].Period != "2024-02" {
		t.Errorf("periods out of order: %+v", result.Periods)
	}
	county := result.Periods[0].Authorities[1]
	if county.NetImport() != 8 || county.All() != 137 {
		t.Errorf("net import %d of %d residents, want 8 of 137", county.NetImport(), county.All())
	}
	if share, known := result.Periods[0].Districts[2].ImportedShare(); !known || share != 0.1 {
		t.Errorf("Stroud: other councils use %v of its beds (known: %v), want 0.1", share, known)
	}
	if _, known := result.Periods[0].Authorities[0].ImportedShare(); known {
		t.Error("a share of beds that nobody counted")
	}
}

func anyInput(t *rapid.T) flows.Input {
	districts := map[string]string{stroud: gloucestershire, cotswold: gloucestershire, leicester: leicester, "E06000017": "E06000017"}
	codes := []string{stroud, cotswold, leicester, "E06000017"}
	var in flows.Input
	for range rapid.IntRange(0, 40).Draw(t, "rows") {
		district := rapid.SampledFrom(codes).Draw(t, "district")
		in.Placements = append(in.Placements, place(
			fmt.Sprintf("2024-%02d", rapid.IntRange(1, 3).Draw(t, "month")),
			rapid.SampledFrom([]string{flows.Unknown, gloucestershire, leicester, "E06000017", "E09000001"}).Draw(t, "origin"),
			district, districts[district], rapid.IntRange(0, 50).Draw(t, "people"),
		))
	}
	return in
}

func TestNobodyIsLostOrCountedTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		result, err := flows.Assess(in)
		if err != nil {
			t.Fatal(err)
		}
		want := make(map[string]int)
		for _, p := range in.Placements {
			want[p.Period] += p.People
		}
		for _, period := range result.Periods {
			cells, authorities, districts, net := 0, 0, 0, 0
			for _, cell := range period.Cells {
				cells += cell.People
			}
			for _, a := range period.Authorities {
				authorities += a.All()
				net += a.NetImport()
			}
			for _, d := range period.Districts {
				districts += d.All()
			}
			got, all := [...]int{cells, authorities, districts}, want[period.Period]
			if got != [...]int{all, all, all} {
				t.Fatalf("%s: cells, authorities and districts have %v people, want %d", period.Period, got, all)
			}
			if net != 0 {
				t.Fatalf("%s: net imports sum to %d", period.Period, net)
			}
		}
	})
}

func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		first, err := flows.Assess(in)
		if err != nil {
			t.Fatal(err)
		}
		in.Placements = rapid.Permutation(in.Placements).Draw(t, "order")
		second, err := flows.Assess(in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestUnknownOriginsAreNeverTakenForLocalOrForImports(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		unknown := 0
		for i := range in.Placements {
			if rapid.Bool().Draw(t, "hide") {
				in.Placements[i].Origin = flows.Unknown
			}
			if in.Placements[i].Origin == flows.Unknown {
				unknown += in.Placements[i].People
			}
		}
		result, err := flows.Assess(in)
		if err != nil {
			t.Fatal(err)
		}
		byAuthority, byDistrict, cells := 0, 0, 0
		for _, period := range result.Periods {
			for _, a := range period.Authorities {
				byAuthority += a.Unknown
			}
			for _, d := range period.Districts {
				byDistrict += d.Unknown
			}
			for _, c := range period.Cells {
				if c.Origin == flows.Unknown {
					cells += c.People
				}
			}
		}
		if byAuthority != unknown || byDistrict != unknown || cells != unknown {
			t.Fatalf("%d of unknown origin, shown as %d, %d and %d", unknown, byAuthority, byDistrict, cells)
		}
	})
}

func TestPeriodsStandByThemselvesInOrder(t *testing.T) {
	in := flows.Input{Placements: []flows.Placement{
		place("2024-03", leicester, stroud, gloucestershire, 3),
		place("2023-12", leicester, stroud, gloucestershire, 1),
		place("2024-01", leicester, stroud, gloucestershire, 2),
	}}
	result, err := flows.Assess(in)
	if err != nil {
		t.Fatal(err)
	}
	var imports []int
	for _, period := range result.Periods {
		imports = append(imports, period.Authorities[1].NetImport())
	}
	if diff := cmp.Diff([]int{1, 2, 3}, imports); diff != "" {
		t.Error(diff)
	}
}

func TestAnAuthorityThatOnlySendsIsListed(t *testing.T) {
	result, err := flows.Assess(flows.Input{Placements: []flows.Placement{place("2024-01", leicester, stroud, gloucestershire, 7)}})
	if err != nil {
		t.Fatal(err)
	}
	want := flows.Authority{Code: leicester, Exported: 7}
	if diff := cmp.Diff(want, result.Periods[0].Authorities[0]); diff != "" {
		t.Error(diff)
	}
	if net := result.Periods[0].Authorities[0].NetImport(); net != -7 {
		t.Errorf("net import %d, want -7", net)
	}
}

func TestNothingToCount(t *testing.T) {
	result, err := flows.Assess(flows.Input{})
	if err != nil || len(result.Periods) != 0 {
		t.Errorf("got %+v, %v", result, err)
	}
}

func TestValidateNamesEveryFault(t *testing.T) {
	_, err := flows.Assess(flows.Input{
		Placements: []flows.Placement{
			place("", leicester, stroud, gloucestershire, -1),
			place("2024-01", leicester, stroud, leicester, 1),
		},
		Capacity: []flows.Capacity{{Period: "2024-01", Beds: -5}},
	})
	var fields []string
	for _, v := range errs.Violations(err) {
		fields = append(fields, v.Field)
	}
	want := []string{
		"placements[0].period", "placements[0].people", "placements[1].authority",
		"capacity[0].district", "capacity[0].authority", "capacity[0].beds",
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkAssess(b *testing.B) {
	var in flows.Input
	for i := range 36 * 6 * 20 {
		in.Placements = append(in.Placements, place(
			fmt.Sprintf("2024-%02d", i%36), fmt.Sprintf("E1%07d", i%20), fmt.Sprintf("E07%06d", i%6), gloucestershire, 3,
		))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := flows.Assess(in); err != nil {
			b.Fatal(err)
		}
	}
}
