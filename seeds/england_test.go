package seeds_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/seeds"
)

func TestAtlasOfEngland(t *testing.T) {
	atlas := atlas(t)
	counted := []int{len(atlas.Districts()), len(atlas.Authorities()), len(atlas.Regions())}
	if diff := cmp.Diff([]int{296, 153, 9}, counted); diff != "" {
		t.Errorf("districts, authorities, regions: %s", diff)
	}
	for _, test := range []struct {
		authority geo.Code
		districts []geo.Code
	}{
		{gloucestershire, []geo.Code{"E07000078", "E07000079", "E07000080", "E07000081", "E07000082", "E07000083"}},
		{"E10000018", []geo.Code{"E07000129", "E07000130", "E07000131", "E07000132", "E07000133", "E07000134", "E07000135"}},
		{"E06000016", []geo.Code{"E06000016"}},
		{"E06000017", []geo.Code{"E06000017"}},
	} {
		var got []geo.Code
		for _, district := range atlas.DistrictsOf(test.authority) {
			got = append(got, district.Code)
		}
		if diff := cmp.Diff(test.districts, got); diff != "" {
			t.Errorf("%s: %s", test.authority, diff)
		}
	}
	if stroud, ok := atlas.District("E07000082"); !ok || stroud.Name != "Stroud" || stroud.Region != "E12000009" {
		t.Errorf("E07000082 is %+v", stroud)
	}
	for former, want := range map[geo.Code]geo.Code{
		"E07000190": "E06000066", // Taunton Deane, by way of Somerset West and Taunton
		"E07000027": "E06000064", // Barrow-in-Furness
		"E08000020": "E08000037", // Gateshead
	} {
		if diff := cmp.Diff([]geo.Code{want}, atlas.Successors(former)); diff != "" {
			t.Errorf("%s: %s", former, diff)
		}
	}
	gl2 := atlas.Outcode("GL2")
	if len(gl2) != 5 || gl2[0].District != "E07000081" || math.Round(gl2[0].Share*100) != 66 {
		t.Errorf("GL2 reaches %+v, want 66%% Gloucester of five districts", gl2)
	}
}

// TestGloucestershire2021 holds the figures that ONS published for the county.
func TestGloucestershire2021(t *testing.T) {
	england, atlas := england(t), atlas(t)
	people := make(map[geo.Code]seeds.Population)
	for _, district := range england.Population {
		people[district.District] = district
	}
	var total, aged65, aged75, aged85 int
	var byDistrict []int
	for _, district := range atlas.DistrictsOf(gloucestershire) {
		counted := people[district.Code]
		total += counted.Total
		aged65 += counted.AtLeast(65)
		aged75 += counted.AtLeast(75)
		aged85 += counted.AtLeast(85)
		byDistrict = append(byDistrict, counted.AtLeast(75))
	}
	if diff := cmp.Diff([]int{645073, 139816, 66387, 19002}, []int{total, aged65, aged75, aged85}); diff != "" {
		t.Errorf("all, 65+, 75+, 85+: %s", diff)
	}
	if diff := cmp.Diff([]int{11431, 11342, 9991, 10454, 13076, 10093}, byDistrict); diff != "" {
		t.Errorf("75+ by district: %s", diff)
	}
}

// TestSexesAddUp allows for what ONS perturbs in each table by itself: up to 18
// people of a whole district.
func TestSexesAddUp(t *testing.T) {
	england := england(t)
	older := make(map[geo.Code]int)
	for _, people := range england.PopulationBySex {
		for _, band := range people.ByAge {
			older[people.District] += band.People
		}
	}
	const perturbed = 20
	for _, people := range england.Population {
		if diff := people.AtLeast(65) - older[people.District]; diff < -perturbed || diff > perturbed {
			t.Errorf("%s has %d people aged 65+, by sex %d", people.District, people.AtLeast(65), older[people.District])
		}
	}
}

func TestProjectionsCoverEngland(t *testing.T) {
	stroud := make(map[string]int)
	together := make(map[int]int)
	for _, projection := range england(t).Projections {
		together[len(projection.Districts)]++
		if len(projection.People) != seeds.ProjectedTo-seeds.ProjectedFrom+1 {
			t.Errorf("%v has %d years", projection.Districts, len(projection.People))
		}
		if projection.Districts[0] == "E07000082" {
			stroud[projection.String()] = projection.People[2037]
		}
	}
	if diff := cmp.Diff(map[string]int{"65-74": 18100, "75-84": 13500, "85+": 8900}, stroud); diff != "" {
		t.Errorf("Stroud in 2037: %s", diff)
	}
	// Westminster with the City, and Cornwall with Scilly, are published as one.
	if diff := cmp.Diff(map[int]int{1: 292 * 3, 2: 2 * 3}, together); diff != "" {
		t.Errorf("rows by how many districts they are of: %s", diff)
	}
}

func TestFundedResidents(t *testing.T) {
	served := make(map[geo.Code]int)
	for _, council := range england(t).FundedResidents {
		for _, district := range council.Districts {
			served[district]++
		}
		if council.Council[0] != gloucestershire {
			continue
		}
		want := []seeds.FundedAges{
			{Ages: seeds.Ages{From: 65, To: 74}, Nursing: 95, Residential: 155, People: 66900},
			{Ages: seeds.Ages{From: 75, To: 84}, Nursing: 270, Residential: 270, People: 39900},
			{Ages: seeds.Ages{From: 85}, Nursing: 460, Residential: 645, People: 17400},
		}
		if diff := cmp.Diff(want, council.ByAge); diff != "" {
			t.Error(diff)
		}
	}
	for _, district := range atlas(t).Districts() {
		want := 1
		switch district.Code {
		case "E06000047": // County Durham is not in the table
			want = 0
		case "E06000058": // Bournemouth and Poole
			want = 2
		}
		if served[district.Code] != want {
			t.Errorf("%s (%s) stands under %d councils, want %d", district.Code, district.Name, served[district.Code], want)
		}
	}
}

func TestCareHomeBeds2014(t *testing.T) {
	beds := make(map[string][2]int)
	for _, council := range england(t).CareHomeBeds {
		if council.Published == (council.Name == "City of London") {
			t.Errorf("%s published: %v", council.Name, council.Published)
		}
		switch council.Name {
		case "Gloucestershire", "Leicestershire", "Leicester", "Rutland":
			beds[council.Name] = [2]int{council.Homes, council.Beds}
		}
	}
	want := map[string][2]int{
		"Gloucestershire": {154, 5329}, "Leicestershire": {124, 4289}, "Leicester": {78, 2347}, "Rutland": {10, 319},
	}
	if diff := cmp.Diff(want, beds); diff != "" {
		t.Error(diff)
	}
}

func TestTurnover(t *testing.T) {
	type year struct {
		area geo.Code
		year string
	}
	found := make(map[year]seeds.Turnover)
	for _, turnover := range england(t).Turnover {
		if len(turnover.Area) == 1 {
			found[year{turnover.Area[0], turnover.Year.String()}] = turnover
		}
	}
	for asked, want := range map[year]float64{
		{geo.England, "2023-24"}:     24.8,
		{geo.England, "2024-25"}:     23.7,
		{gloucestershire, "2016-17"}: 31.48672779,
		{gloucestershire, "2022-23"}: 31.95719824,
	} {
		if got := found[asked]; got.State != "given" || got.Percent != want {
			t.Errorf("%v: %+v, want %v%%", asked, got, want)
		}
	}
	if scilly := found[year{"E06000053", "2024-25"}]; scilly.State != "not_available" || scilly.Percent != 0 {
		t.Errorf("Scilly: %+v", scilly)
	}
}

func TestHousingRatios(t *testing.T) {
	ratios := make(map[[2]string]float64)
	kinds := make(map[string]string)
	england := england(t)
	for _, source := range england.Sources {
		kinds[source.ID] = source.Kind
	}
	for _, ratio := range england.HousingRatios {
		ratios[[2]string{ratio.Setting, ratio.Tenure}] = ratio.UnitsPer1000Aged75Up
		if kinds[ratio.SourceID] != "assumption" {
			t.Errorf("%s rests on a source of kind %s: nobody has checked it", ratio.Setting, kinds[ratio.SourceID])
		}
	}
	want := map[[2]string]float64{
		{"extra_care", "rent"}: 15, {"extra_care", "ownership"}: 30, {"extra_care", "any"}: 45,
		{"sheltered", "any"}: 125, {"enhanced_sheltered", "any"}: 20,
	}
	if diff := cmp.Diff(want, ratios); diff != "" {
		t.Error(diff)
	}
}

func TestDementiaRates(t *testing.T) {
	rates := england(t).Dementia
	if len(rates) != 12 {
		t.Errorf("%d rates, want 6 bands by 2 sexes", len(rates))
	}
	for _, rate := range rates {
		if rate.String() == "90+" && rate.Sex == "female" && rate.Central != 0.35 {
			t.Errorf("women of 90 and over: %v, want 0.35", rate.Central)
		}
	}
}

func TestLoadEnglandNamesEveryFault(t *testing.T) {
	files := copied(t)
	replace(t, files, "england/districts.csv", "E07000082,Stroud,E10000013", "E07000082,Stroud,Gloucestershire")
	replace(t, files, "england/population_2021.csv", "Stroud,121103", "Stroud,121104")
	replace(t, files, "england/population_2021.csv", "E07000083,Tewkesbury", "E07009999,Tewkesbury")
	replace(t, files, "england/workforce_turnover.csv", "24.8,given", "24.8,suppressed")
	replace(t, files, "england/dementia_prevalence.csv", "0.006", "0.6")
	replace(t, files, "england/dementia_prevalence.csv", "90+", "90 and over")
	replace(t, files, "england/housing_ratios.csv", "shop-2011", "shop-2021")
	replace(t, files, "england/files.csv", "cfas-ii-dementia", "cfas-iii-dementia")
	replace(t, files, "england/sources.csv", "cqc-beds-2014,register", "CQC beds,rumour")
	replace(t, files, "england/regions.csv", "code,name", "code,title")
	delete(files, "england/outcodes.csv")
	_, err := seeds.LoadEngland(files)
	expectFaults(t, err,
		`england/districts.csv, row 107, column authority_code: "Gloucestershire" is not a GSS code`,
		"england/population_2021.csv, row 107, column total: it is 121104, and the ages add up to 121103",
		"england/population_2021.csv: E07000083 (Tewkesbury) has 0 rows, it must have 1",
		"england/population_2021.csv: E07009999 is not in england/districts.csv",
		"column percent: there is one, and the state says suppressed",
		"england/dementia_prevalence.csv, row 2, column prevalence: 0.012 is not between its limits 0.6 and 0.023",
		`column ages: "90 and over" is not a span of ages`,
		`england/housing_ratios.csv, row 4, column source: "shop-2021" is not in sources.csv`,
		`england/files.csv, row 10, column sources: "cfas-iii-dementia" is not in sources.csv`,
		`column kind: "rumour" is none of official_statistic`,
		`column id: "CQC beds" is not an id`,
		"england/regions.csv: no header row with the columns code, name, valid_from, valid_to: missing name",
		"england/outcodes.csv",
	)
}

func TestAtlasNamesEveryFault(t *testing.T) {
	files := copied(t)
	replace(t, files, "england/districts.csv", "E07000082,Stroud,E10000013", "E07000082,,E1")
	_, err := seeds.Atlas(files, today)
	expectFaults(t, err, "row 107, column name: it is empty", `column authority_code: "E1" is not a GSS code`)

	files = copied(t)
	replace(t, files, "england/districts.csv", "E07000082,Stroud,E10000013", "E07000082,Stroud,E10009999")
	_, err = seeds.Atlas(files, today)
	expectFaults(t, err, `district E07000082 (Stroud): no authority "E10009999"`)
}

// TestPlacingTheSample places the published sample of care homes, all in London,
// by the published boundaries.
func TestPlacingTheSample(t *testing.T) {
	atlas := atlas(t)
	homes := sampleHomes(t)
	boundaries := publishedBoundaries(t, atlas)
	if n := len(boundaries.Districts()); n != 296 {
		t.Errorf("%d districts have a boundary, want 296", n)
	}
	locator := geo.NewLocator(atlas, boundaries)
	const london = geo.Code("E12000007")
	methods := make(map[geo.Method]int)
	beds := 0
	for _, home := range homes {
		placement, err := locator.Place(home.at, "")
		if err != nil {
			t.Errorf("%s: %v", home.id, err)
			continue
		}
		beds += home.beds
		methods[placement.Method]++
		if district, _ := atlas.District(placement.District); district.Region != london {
			t.Errorf("%s was placed in %s, which is not in London", home.id, district.Name)
		}
	}
	// One home stands by the Thames, outside every generalised boundary.
	if diff := cmp.Diff(map[geo.Method]int{geo.ByBoundary: 99, geo.ByNearest: 1}, methods); diff != "" {
		t.Error(diff)
	}
	if len(homes) != 100 || beds != 1681 {
		t.Errorf("%d homes with %d beds, want 100 and 1,681", len(homes), beds)
	}
}
