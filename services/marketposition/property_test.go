package marketposition

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/intake"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// Whatever is hidden of the care homes, the supply that rests on any of it is hidden, and
// no other: so what is said follows from what is visible alone.
func TestWhatRestsOnTheHiddenIsHidden(t *testing.T) {
	base := inputs(t, district(t, stroud))
	rapid.Check(t, func(t *rapid.T) {
		homes := proto.CloneOf(base.Answers.CareHomes.Total)
		parts := []*commonv1.Figure{homes.GetTotal().GetUsed(), homes.GetPlacedByOtherAuthoritiesTotal()}
		for _, b := range homes.GetBedTypes() {
			parts = append(parts, b.GetUse().GetUsed(), b.GetUse().GetAdmittable())
		}
		for _, f := range parts {
			if rapid.IntRange(0, 3).Draw(t, "hide") == 0 {
				hide(f, commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER)
			}
		}
		in := base
		in.Answers.CareHomes = Answer[*carehomesv1.CareHomeCapacity]{State: ready(), Each: []*carehomesv1.CareHomeCapacity{homes}, Total: homes}
		c := newComposer(in)
		for name, types := range map[string][]carehomesv1.BedType{"residential": residentialTypes, "nursing": nursingTypes} {
			rests := []*commonv1.Figure{homes.GetTotal().GetUsed(), homes.GetPlacedByOtherAuthoritiesTotal()}
			for _, b := range homes.GetBedTypes() {
				for _, one := range types {
					if b.GetBedType() == one {
						rests = append(rests, b.GetUse().GetUsed(), b.GetUse().GetAdmittable())
					}
				}
			}
			hidden := false
			for _, f := range rests {
				hidden = hidden || figure.IsHidden(f)
			}
			supply := c.beds(homes, types)
			if figure.IsHidden(supply) != hidden || (supply.GetRange() != nil) == hidden {
				t.Fatalf("%s: rests on something hidden: %v; %v", name, hidden, supply)
			}
		}
	})
}

// aPopulation is any tiling of all ages by any sexes.
func aPopulation(t *rapid.T) []*marketpositionv1.AgeCount {
	var counts []*marketpositionv1.AgeCount
	first := 0
	for first < 90 {
		width := rapid.SampledFrom([]int{1, 1, 5, 10}).Draw(t, "width")
		last := min(first+width-1, 89)
		counts = append(counts, ageCount(need.AgeBand{From: first, To: last}, bothSexes, rapid.IntRange(0, 1e6).Draw(t, "people")))
		first = last + 1
	}
	return append(counts, ageCount(from(90), bothSexes, rapid.IntRange(0, 1e6).Draw(t, "people")))
}

// A population written as Nomis writes it is read as it was, in whatever order its rows
// stand and whatever sums stand among them.
func TestAFileIsReadAsItWasWritten(t *testing.T) {
	server := &Server{atlas: atlas(t)}
	rapid.Check(t, func(t *rapid.T) {
		counts := aPopulation(t)
		rows := []string{"2023,E07000082,All ages,5"}
		for _, c := range counts {
			text := fmt.Sprintf("Aged %d to %d", c.GetFromAge(), c.GetToAge())
			switch {
			case c.GetOpen():
				text = fmt.Sprintf("Aged %d+", c.GetFromAge())
			case c.GetFromAge() == c.GetToAge():
				text = fmt.Sprintf("Age %d", c.GetFromAge())
			}
			rows = append(rows, fmt.Sprintf("2023,E07000082,%s,%d", text, c.GetPeople()))
		}
		text := "DATE,GEOGRAPHY_CODE,C_AGE_NAME,OBS_VALUE\n" + strings.Join(rapid.Permutation(rows).Draw(t, "rows"), "\n")
		opened, layout, err := openPopulation(intake.FromBytes("nomis.csv", []byte(text)), Edition{})
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		in := populationImport{server: server, layout: layout, rejects: intake.NewRejects(nil), tables: map[populationKey]*populationTable{}}
		facts, err := in.read(t.Context(), opened, intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := []*marketpositionv1.Population{{District: string(stroud), SourceId: "ons-mid-year-estimates-2023", AsAt: "2023-06-30", Counts: counts}}
		if diff := cmp.Diff(want, facts.GetPopulations(), protocmp.Transform()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// What is counted in a band is what its parts count, and bands that cut a part are not counted.
func TestCountingWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &marketpositionv1.Population{Counts: aPopulation(t)}
		starts := map[int]bool{0: true}
		for _, c := range p.GetCounts() {
			starts[int(c.GetFromAge())] = true
		}
		first, last := rapid.IntRange(0, 89).Draw(t, "first"), rapid.IntRange(0, 89).Draw(t, "last")
		if first > last {
			first, last = last, first
		}
		got, ok := counted(p, bothSexes, need.AgeBand{From: first, To: last})
		want := 0.0
		for _, c := range p.GetCounts() {
			if int(c.GetFromAge()) >= first && !c.GetOpen() && int(c.GetToAge()) <= last {
				want += float64(c.GetPeople())
			}
		}
		if whole := starts[first] && starts[last+1]; ok != whole || (ok && got != want) {
			t.Fatalf("%d to %d: %v, %v; want %v, %v", first, last, got, ok, want, whole)
		}
	})
}

// A workbook is read as the CSV is.
func TestImportPopulationFromAWorkbook(t *testing.T) {
	book := excelize.NewFile()
	if _, err := book.NewSheet("Data"); err != nil {
		t.Fatal(err)
	}
	rows := [][]any{{"Census 2021"}, {"Lower Tier Local Authorities Code", "Age (101 categories)", "Observation"}}
	for age := range 101 {
		text := fmt.Sprintf("Aged %d years", age)
		if age == 100 {
			text = "Aged 100 years and over"
		}
		rows = append(rows, []any{"E07000082", text, 10})
	}
	for i, cells := range rows {
		if err := book.SetSheetRow("Data", fmt.Sprintf("A%d", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	s := loaded(t)
	report, err := s.ImportPopulation(t.Context(), intake.FromBytes("census.xlsx", out.Bytes()), Edition{}, intake.Options{})
	// The seeds have this edition of Stroud by broader ages: the file replaces it.
	if err != nil || report.Rows != 101 || report.Updated != 1 || report.Created != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	if n, ok := counted(populationOf(t, s, stroud).all, bothSexes, from(75)); !ok || n != 260 {
		t.Errorf("%v people aged 75 and over, %v", n, ok)
	}
}

// Need grows with every rate: nothing taken away from one kind is given to another.
func TestNeedIsTheSumOverAges(t *testing.T) {
	base := inputs(t, district(t, stroud))
	rapid.Check(t, func(t *rapid.T) {
		in := base
		in.Known.NeedRates = nil
		for _, ages := range [][2]int32{{65, 74}, {75, 84}, {85, 0}} {
			low := rapid.Float64Range(0, 100).Draw(t, "low")
			central := low + rapid.Float64Range(0, 100).Draw(t, "more")
			in.Known.NeedRates = append(in.Known.NeedRates, &marketpositionv1.NeedRate{
				Name: fmt.Sprintf("needRates/%d", ages[0]), Areas: []string{"E92000001"}, Setting: marketpositionv1.Setting_SETTING_NURSING,
				FromAge: ages[0], ToAge: ages[1], Open: ages[1] == 0, Per: 1000,
				Low: low, Central: central, High: central + rapid.Float64Range(0, 100).Draw(t, "most"), SourceIds: []string{"shop-2011"}, Derivation: "drawn",
			})
		}
		in.AsAt = "2021-06-30" // The year of the census, so that nothing grows.
		c := newComposer(in)
		all := c.residents(in.Area)
		got := rangeOf(c.need(nursing, all))
		var want [3]float64
		for _, rate := range in.Known.NeedRates {
			people, ok := counted(all[0].all, bothSexes, ageBand(rate))
			if !ok {
				t.Fatalf("ages %s are not counted", ageBand(rate))
			}
			for i, r := range []float64{rate.GetLow(), rate.GetCentral(), rate.GetHigh()} {
				want[i] += people * r / 1000
			}
		}
		for i, x := range []float64{got.Low, got.Central, got.High} {
			if math.Abs(x-want[i]) > 1e-6 {
				t.Fatalf("%v, want %v", got, want)
			}
		}
	})
}
