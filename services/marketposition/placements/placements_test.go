package placements

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/internal/fixture"
)

const (
	asAt      = "2026-10-31"
	county    = "E10000013"
	leicester = "E06000016"
	rutland   = "E06000017"
)

var (
	titles = Titles{county: "Gloucestershire", leicester: "Leicester", rutland: "Rutland"}
	basis  = figure.Basis{SourceIDs: []string{"returns"}, AsAt: asAt, Coverage: &commonv1.Coverage{Responding: 3, Expected: 4}}
)

const (
	small     = commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER
	secondary = commonv1.HiddenReason_HIDDEN_REASON_SECONDARY
)

// count is a count of people: its number, or hidden for a reason.
func count(n int, hidden ...commonv1.HiddenReason) *commonv1.Figure {
	if len(hidden) > 0 {
		return basis.People(n, hidden[0])
	}
	return basis.People(n, 0)
}

// homes are a district's: its residents in so many beds, its own council's, those of all
// other councils and of each of them.
func homes(district string, beds, residents int, own, others *commonv1.Figure, named map[string]*commonv1.Figure) *carehomesv1.CareHomeCapacity {
	c := &carehomesv1.CareHomeCapacity{
		Name:  "districts/" + district + "/careHomeCapacity",
		Total: &carehomesv1.BedUse{Maximum: basis.Count(beds, commonv1.Unit_UNIT_BEDS), Used: count(residents)},
		Payers: []*carehomesv1.PayerUse{
			{Payer: carehomesv1.Payer_PAYER_NHS, Residents: count(0)}, {Payer: carehomesv1.Payer_PAYER_THIS_COUNCIL, Residents: own},
		},
		PlacedByOtherAuthoritiesTotal: others,
	}
	for _, code := range []string{"", county, leicester, rutland} {
		if f, ok := named[code]; ok {
			name := ""
			if code != "" {
				name = "authorities/" + code
			}
			c.PlacedByOtherAuthorities = append(c.PlacedByOtherAuthorities, &carehomesv1.PlacedByAuthority{Authority: name, Residents: f})
		}
	}
	return c
}

// say writes a figure in short: its value; the ends of a hidden one; or its state.
func say(f *commonv1.Figure) any {
	if v, ok := figure.Value(f); ok {
		return v
	}
	switch {
	case f.GetHidden() != nil && f.GetRange() != nil:
		return [2]float64{f.GetRange().GetLow(), f.GetRange().GetHigh()}
	case f.GetHidden() != nil:
		return "hidden"
	case f.GetNotCollected() != nil:
		return "not collected"
	case f.GetNotEnoughData() != nil:
		return "not enough data"
	}
	return "no figure"
}

func want(t *testing.T, what string, b *marketpositionv1.PlacementBalance, want map[string]any) {
	t.Helper()
	got := map[string]any{
		"own": say(b.GetOwn()), "imported": say(b.GetImported()), "unknown": say(b.GetUnknownOrigin()), "residents": say(b.GetResidents()),
		"share": say(b.GetImportedShare()), "exported": say(b.GetExported()), "net": say(b.GetNetImport()),
	}
	for _, o := range b.GetOrigins() {
		got["from "+o.GetTitle()] = say(o.GetResidents())
	}
	for _, d := range b.GetDestinations() {
		got["in "+d.GetTitle()] = say(d.GetResidents())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

// elsewhere are the county's residents in Leicester's and Rutland's homes.
func elsewhere(inLeicester, inRutland *commonv1.Figure) *carehomesv1.PlacementPoint {
	return &carehomesv1.PlacementPoint{
		AsAt: asAt, PlacedElsewhere: count(0),
		Districts: []*carehomesv1.PlacedResidents{
			{District: "districts/" + leicester, Authority: "authorities/" + leicester, Residents: inLeicester, OutOf: count(30)},
			{District: "districts/" + rutland, Authority: "authorities/" + rutland, Residents: inRutland, OutOf: count(20)},
			{District: "districts/E07000082", Authority: "authorities/" + county, Residents: count(60), OutOf: count(100)},
		},
	}
}

func ofCounty(t *testing.T, placed Placed) *marketpositionv1.PlacementPeriod {
	t.Helper()
	placed.AsAt = asAt
	period, err := OfAuthority(Authority{Code: county, Title: "Gloucestershire"}, placed, titles)
	if err != nil {
		t.Fatal(err)
	}
	return period
}

// Two districts of 125 and 75 beds: 100 and 50 residents, of whom 60 and 30 are the
// county's own, and 12 and 8 other councils'. All the rest have no council that is named.
func TestFlowsWorkedByHand(t *testing.T) {
	period := ofCounty(t, Placed{
		Homes: []*carehomesv1.CareHomeCapacity{
			homes("E07000082", 125, 100, count(60), count(12), map[string]*commonv1.Figure{"": count(2), leicester: count(10)}),
			homes("E07000083", 75, 50, count(30), count(8), map[string]*commonv1.Figure{leicester: count(8)}),
		},
		Titles: []string{"Stroud", "Tewkesbury"}, Elsewhere: elsewhere(count(9), count(15)),
	})
	want(t, "the authority", period.GetAuthority(), map[string]any{
		"own": 90.0, "imported": 18.0, "unknown": 42.0, "residents": 150.0, "share": 9.0,
		"exported": 24.0, "net": -6.0, "from Leicester": 18.0, "in Leicester": 9.0, "in Rutland": 15.0,
	})
	want(t, "Stroud", period.GetDistricts()[0], map[string]any{
		"own": 60.0, "imported": 10.0, "unknown": 30.0, "residents": 100.0, "share": 8.0,
		"exported": "not collected", "net": "not collected", "from Leicester": 10.0,
	})
	if c := period.GetAuthority().GetImported().GetCoverage(); c.GetResponding() != 6 || c.GetExpected() != 8 {
		t.Errorf("two districts of three homes in four cover %v", c)
	}
}

// A hidden count of 1 to 5 leaves a range; what the shown sum says is used to narrow it.
func TestHiddenCountsLeaveTheRangeThatAReaderCanTell(t *testing.T) {
	period := ofCounty(t, Placed{
		Homes: []*carehomesv1.CareHomeCapacity{
			// 12 of other councils, of whom a few are Rutland's and the rest Leicester's: hidden, but together all named.
			homes("E07000082", 125, 100, count(60), count(12), map[string]*commonv1.Figure{leicester: count(9, secondary), rutland: count(3, small)}),
			homes("E07000083", 100, 50, count(4, small), count(0, small), map[string]*commonv1.Figure{leicester: count(2, small)}),
		},
		Titles: []string{"Stroud", "Tewkesbury"}, Elsewhere: elsewhere(count(2, small), count(15, secondary)),
	})
	want(t, "Stroud", period.GetDistricts()[0], map[string]any{
		"own": 60.0, "imported": 12.0, "unknown": 28.0, "residents": 100.0, "share": 9.6,
		"exported": "not collected", "net": "not collected", "from Leicester": "hidden", "from Rutland": "hidden",
	})
	want(t, "the authority", period.GetAuthority(), map[string]any{
		"own": [2]float64{60, 65}, "imported": [2]float64{12, 17}, "unknown": [2]float64{68, 78}, "residents": 150.0,
		"share": [2]float64{100 * 12.0 / 225, 100 * 17.0 / 225},
		// Up to 5 in Leicester's homes, and in Rutland's no more than the 20 that all others placed there.
		"exported": [2]float64{0, 25}, "net": [2]float64{-13, 17}, "in Leicester": [2]float64{0, 5}, "in Rutland": [2]float64{0, 20},
		"from Leicester": [2]float64{0, 17}, "from Rutland": [2]float64{0, 5},
	})
}

func TestUnknownOriginStaysVisible(t *testing.T) {
	silent := homes("E07000082", 125, 100, nil, basis.NotCollected("nobody says who pays", people), nil)
	silent.Payers = nil
	period := ofCounty(t, Placed{Homes: []*carehomesv1.CareHomeCapacity{silent}, Titles: []string{"Stroud"}, Elsewhere: elsewhere(count(9), count(15))})
	want(t, "Stroud", period.GetDistricts()[0], map[string]any{
		"own": "not collected", "imported": "not collected", "unknown": 100.0, "residents": 100.0, "share": "not enough data",
		"exported": "not collected", "net": "not collected",
	})
	if got := say(period.GetAuthority().GetUnknownOrigin()); got != 100.0 {
		t.Errorf("of unknown origin: %v", got)
	}
}

func TestWithoutExportsThereIsNoNetImport(t *testing.T) {
	stroud := homes("E07000082", 125, 100, count(60), count(12), map[string]*commonv1.Figure{leicester: count(12)})
	for name, point := range map[string]*carehomesv1.PlacementPoint{
		"not asked": nil, "nobody says": {PlacedElsewhere: basis.NotEnough("no home says", people)},
	} {
		b := ofCounty(t, Placed{Homes: []*carehomesv1.CareHomeCapacity{stroud}, Titles: []string{"Stroud"}, Elsewhere: point}).GetAuthority()
		if say(b.GetExported()) != "not enough data" || say(b.GetNetImport()) != "not enough data" || say(b.GetImported()) != 12.0 {
			t.Errorf("%s: exported %v, net import %v, imported %v", name, say(b.GetExported()), say(b.GetNetImport()), say(b.GetImported()))
		}
	}
}

// draw is a district with true counts, and the same with some of them hidden.
func draw(t *rapid.T, district string) (truth, masked *carehomesv1.CareHomeCapacity) {
	n := func(label string) int { return rapid.IntRange(0, 40).Draw(t, label) }
	own, unnamed, fromLeicester, fromRutland, rest := n("own"), n("unnamed"), n("leicester"), n("rutland"), n("rest")
	all := unnamed + fromLeicester + fromRutland
	residents := own + all + rest
	hide := func(n int) *commonv1.Figure {
		if n < figure.SmallNumber {
			return count(n, small)
		}
		if rapid.Bool().Draw(t, "hide") {
			return count(n, secondary)
		}
		return count(n)
	}
	truth = homes(district, residents+10, residents, count(own), count(all),
		map[string]*commonv1.Figure{"": count(unnamed), leicester: count(fromLeicester), rutland: count(fromRutland)})
	masked = homes(district, residents+10, residents, hide(own), hide(all),
		map[string]*commonv1.Figure{"": hide(unnamed), leicester: hide(fromLeicester), rutland: hide(fromRutland)})
	masked.Total.Used = hide(residents)
	return truth, masked
}

// Whatever is hidden, each figure is the true one or has a range that holds it.
func TestNothingShownIsWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var truth, masked Placed
		for _, d := range []string{"E07000082", "E07000083"} {
			open, closed := draw(t, d)
			truth.Homes, masked.Homes = append(truth.Homes, open), append(masked.Homes, closed)
		}
		truth.Titles, masked.Titles = []string{"a", "b"}, []string{"a", "b"}
		n := rapid.IntRange(0, 30).Draw(t, "exported")
		truth.Elsewhere, masked.Elsewhere = elsewhere(count(n), count(7)), elsewhere(count(n, secondary), count(7))
		actual, err := OfAuthority(Authority{Code: county}, truth, titles)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := OfAuthority(Authority{Code: county}, masked, titles)
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]float64{}
		figure.Each(actual, func(path string, f *commonv1.Figure) {
			if v, ok := figure.Value(f); ok {
				values[path] = v
			}
		})
		figure.Each(shown, func(path string, f *commonv1.Figure) {
			v, r := values[path], f.GetRange()
			if got, ok := figure.Value(f); ok && got != v {
				t.Fatalf("%s shows %v, it is %v", path, got, v)
			}
			if r != nil && (v < r.GetLow()-1e-9 || v > r.GetHigh()+1e-9) {
				t.Fatalf("%s shows %v to %v, it is %v", path, r.GetLow(), r.GetHigh(), v)
			}
		})
	})
}

// The unknown origins are what is left of the residents: shown, they would give these away.
func TestHiddenResidentsHideTheUnknownOrigins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, masked := draw(t, "E07000082")
		b := OfDistrict("Stroud", asAt, masked, titles)
		if figure.IsHidden(b.GetResidents()) && !figure.IsHidden(b.GetUnknownOrigin()) {
			t.Fatalf("unknown origins are shown: %v", b.GetUnknownOrigin())
		}
	})
}

func shown(t *rapid.T, district string) *carehomesv1.CareHomeCapacity {
	truth, _ := draw(t, district)
	return truth
}

// Nobody is lost and nobody counted twice: in every area own, imported and unknown are its
// residents, an authority is its districts, and what is named adds up to what is summed.
func TestNobodyIsLostBetweenOriginsAndHomes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inLeicester, inRutland := rapid.IntRange(0, 30).Draw(t, "in leicester"), rapid.IntRange(0, 20).Draw(t, "in rutland")
		period, err := OfAuthority(Authority{Code: county}, Placed{
			AsAt: asAt, Titles: []string{"a", "b"}, Homes: []*carehomesv1.CareHomeCapacity{shown(t, "E07000082"), shown(t, "E07000083")},
			Elsewhere: elsewhere(count(inLeicester), count(inRutland)),
		}, titles)
		if err != nil {
			t.Fatal(err)
		}
		all := period.GetAuthority()
		value := func(f *commonv1.Figure) float64 {
			v, ok := figure.Value(f)
			if !ok {
				t.Fatalf("nothing is hidden, yet %v", f)
			}
			return v
		}
		sums := map[string]float64{}
		for _, b := range append(period.GetDistricts(), all) {
			if got := value(b.GetOwn()) + value(b.GetImported()) + value(b.GetUnknownOrigin()); got != value(b.GetResidents()) {
				t.Fatalf("%s: %v of %v residents come from somewhere", b.GetArea(), got, value(b.GetResidents()))
			}
			named := 0.0
			for _, o := range b.GetOrigins() {
				named += value(o.GetResidents())
			}
			if named != value(b.GetImported()) {
				t.Fatalf("%s: %v of %v imported are named", b.GetArea(), named, value(b.GetImported()))
			}
		}
		for _, b := range period.GetDistricts() {
			sums["own"] += value(b.GetOwn())
			sums["imported"] += value(b.GetImported())
			sums["unknown"] += value(b.GetUnknownOrigin())
			sums["beds"] += value(b.GetBeds())
		}
		want := map[string]float64{
			"own": value(all.GetOwn()), "imported": value(all.GetImported()), "unknown": value(all.GetUnknownOrigin()), "beds": value(all.GetBeds()),
		}
		if diff := cmp.Diff(want, sums); diff != "" {
			t.Fatalf("districts do not add up (-authority +districts)\n%s", diff)
		}
		sent := float64(inLeicester + inRutland)
		if value(all.GetExported()) != sent || value(all.GetNetImport()) != value(all.GetImported())-sent {
			t.Fatalf("%v of %v sent out, net %v", value(all.GetExported()), sent, value(all.GetNetImport()))
		}
	})
}

// What one authority sends out is what the others take in from it.
func TestEveryExportIsAnotherAuthoritysImport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "moved")
		host, err := OfAuthority(Authority{Code: leicester}, Placed{
			AsAt: asAt, Titles: []string{"Leicester"},
			Homes: []*carehomesv1.CareHomeCapacity{homes(leicester, 100, 90, count(20), count(n), map[string]*commonv1.Figure{county: count(n)})},
		}, titles)
		if err != nil {
			t.Fatal(err)
		}
		sender, err := OfAuthority(Authority{Code: county}, Placed{AsAt: asAt, Elsewhere: elsewhere(count(n), count(0))}, titles)
		if err != nil {
			t.Fatal(err)
		}
		if in, out := say(host.GetAuthority().GetImported()), say(sender.GetAuthority().GetExported()); in != out || in != float64(n) {
			t.Fatalf("%d people moved: %v out, %v in", n, out, in)
		}
	})
}

// Where no home says who pays, nobody's origin is taken for nought.
func TestAnAuthorityWhoseHomesSayNothing(t *testing.T) {
	silent := homes("E07000082", 125, 100, nil, basis.NotCollected("nobody says who pays", people), nil)
	silent.Payers, silent.PlacedByOtherAuthoritiesTotal.Coverage = nil, &commonv1.Coverage{Expected: 4}
	b := ofCounty(t, Placed{Homes: []*carehomesv1.CareHomeCapacity{silent}, Titles: []string{"Stroud"}, Elsewhere: elsewhere(count(9), count(15))}).GetAuthority()
	want(t, "the authority", b, map[string]any{
		"own": "not enough data", "imported": "not enough data", "unknown": 100.0, "residents": 100.0, "share": "not enough data",
		"exported": 24.0, "net": "not enough data", "in Leicester": 9.0, "in Rutland": 15.0,
	})
	for _, f := range []*commonv1.Figure{b.GetOwn(), b.GetImported(), b.GetNetImport()} {
		if why := f.GetNotEnoughData().GetWhy(); why != "no home says who pays" {
			t.Errorf("%q", why)
		}
	}
}

func TestADistrictWithoutBedsHasNoShare(t *testing.T) {
	b := OfDistrict("Stroud", asAt, homes("E07000082", 0, 0, count(0), count(0), nil), titles)
	want(t, "no beds", b, map[string]any{
		"own": 0.0, "imported": 0.0, "unknown": 0.0, "residents": 0.0, "share": "not enough data", "exported": "not collected", "net": "not collected",
	})
	if why := b.GetImportedShare().GetNotEnoughData().GetWhy(); why != "there are no beds" {
		t.Errorf("%q", why)
	}
}

func TestNumbersThatCannotBeAreAnError(t *testing.T) {
	for name, placed := range map[string]Placed{
		"fewer than none":           {Homes: []*carehomesv1.CareHomeCapacity{homes("E07000082", -5, 0, count(0), count(0), nil)}, Titles: []string{"Stroud"}},
		"fewer than none elsewhere": {Elsewhere: elsewhere(basis.Of(-3, people), count(1))},
	} {
		if _, err := OfAuthority(Authority{Code: county}, placed, titles); len(errs.Violations(err)) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A count that nothing bounds stays hidden, and so does all that rests on it.
func TestWhatNothingBoundsHasNoRange(t *testing.T) {
	stroud := homes("E07000082", 125, 100, count(60), count(12, secondary), map[string]*commonv1.Figure{leicester: count(12, secondary)})
	stroud.Total.Used, stroud.Total.Maximum = count(100, secondary), nil
	want(t, "Stroud", OfDistrict("Stroud", asAt, stroud, titles), map[string]any{
		"own": 60.0, "imported": "hidden", "unknown": "hidden", "residents": "hidden", "share": "not enough data",
		"exported": "not collected", "net": "not collected", "from Leicester": "hidden",
	})
}

// Arithmetic of spans keeps to what is certain: any count within the parts is within the whole.
func TestSpansHoldEveryCountTheyCouldBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := func(label string) (span, int) {
			least, width := rapid.IntRange(0, 20).Draw(t, label), rapid.IntRange(0, 20).Draw(t, label)
			s := span{least: least, most: least + width, open: rapid.Bool().Draw(t, label)}
			return s, least + rapid.IntRange(0, width).Draw(t, label)
		}
		holds := func(what string, s span, n int) {
			if n < s.least || !s.open && n > s.most {
				t.Fatalf("%s: %d is not in %+v", what, n, s)
			}
		}
		a, x := some("a")
		b, y := some("b")
		holds("sum", a.plus(b), x+y)
		if y <= x {
			holds("rest", a.minus(b), x-y)
		}
	})
}

func TestTitlesOfAnAtlas(t *testing.T) {
	want := Titles{county: "Gloucestershire", leicester: "Leicester", rutland: "Rutland"}
	if diff := cmp.Diff(want, TitlesOf(fixture.Atlas(t))); diff != "" {
		t.Error(diff)
	}
}
