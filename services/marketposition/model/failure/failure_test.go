package failure_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/services/marketposition/model/failure"
)

const (
	residential failure.Kind = "general residential"
	nursing     failure.Kind = "general nursing"
)

// north returns a point so many miles north of Stroud, on the sphere that distances are measured on.
func north(miles float64) geo.Point {
	const degree = 6378.137 * math.Pi / 180 * 1000 / geo.MetresPerMile
	return geo.Point{Latitude: 51.745 + miles/degree, Longitude: -2.216}
}

func home(id, provider string, miles float64, people, admittable int) failure.Service {
	return failure.Service{
		ID: id, Provider: provider, District: "E07000082", Location: north(miles), Rating: failure.Good,
		People: map[failure.Kind]int{residential: people}, Admittable: map[failure.Kind]int{residential: admittable},
	}
}

func plan(t testing.TB, in failure.Input) failure.Plan {
	t.Helper()
	made, err := failure.Make(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Two homes of provider F close, at mile 0 with 4 people and at mile 10 with 2. Home A at mile 1 takes 3,
// home B at mile 12 takes 3. A greedy walk from the first home would send 3 to A and 1 to B, and then 2 to
// B: 3 x 1 + 12 + 2 x 2 = 19 miles, which is also the cheapest, for B's last place must go to mile 0.
func TestPlanWorkedByHand(t *testing.T) {
	in := failure.Input{
		Services: []failure.Service{home("F1", "F", 0, 4, 0), home("F2", "F", 10, 2, 1), home("A", "X", 1, 20, 3), home("B", "Y", 12, 20, 3)},
		Provider: "F", Rules: failure.Rules{MaxMiles: 15},
	}
	want := failure.Plan{
		Provider: "F", People: 6, Placed: 6, TotalMiles: 19, LongestMiles: 12,
		Moves: []failure.Move{
			{From: "F1", To: "A", District: "E07000082", Needed: residential, Given: residential, People: 3, Miles: 1},
			{From: "F1", To: "B", District: "E07000082", Needed: residential, Given: residential, People: 1, Miles: 12},
			{From: "F2", To: "B", District: "E07000082", Needed: residential, Given: residential, People: 2, Miles: 2},
		},
		Left: []failure.Left{{District: "E07000082", Kind: residential, Before: 6, Taken: 6, Free: 0, Lost: 7}},
	}
	if diff := cmp.Diff(want, plan(t, in)); diff != "" {
		t.Error(diff)
	}
}

// The nearest place for F1's person is the only one within reach of F2's: a greedy walk would leave F2's
// person without a place.
func TestPlanLooksBeyondTheNearestPlace(t *testing.T) {
	in := failure.Input{
		Services: []failure.Service{home("F1", "F", 0, 1, 0), home("F2", "F", 6, 1, 0), home("A", "X", 1, 9, 1), home("B", "Y", -4, 9, 1)},
		Provider: "F", Rules: failure.Rules{MaxMiles: 5},
	}
	made := plan(t, in)
	if made.Without != 0 || made.TotalMiles != 9 || made.LongestMiles != 5 {
		t.Errorf("%d without a place, %v miles, longest %v", made.Without, made.TotalMiles, made.LongestMiles)
	}
}

func TestEveryoneWithoutAPlaceHasAReason(t *testing.T) {
	poor := home("P", "X", 1, 9, 5)
	poor.Rating = failure.RequiresImprovement
	unrated := home("U", "X", 1, 9, 5)
	unrated.Rating = failure.Unrated
	cases := map[string]struct {
		other  []failure.Service
		reason failure.Reason
		left   int
	}{
		"nobody has the kind":  {nil, failure.NoPlaceOfKind, 2},
		"nothing admittable":   {[]failure.Service{home("A", "X", 1, 9, 0)}, failure.NoPlaceOfKind, 2},
		"all too far":          {[]failure.Service{home("A", "X", 11, 9, 5)}, failure.NoneWithinDistance, 2},
		"near but rated below": {[]failure.Service{home("A", "X", 11, 9, 5), poor}, failure.NoneRatedWellEnough, 2},
		"near but not rated":   {[]failure.Service{unrated}, failure.NoneRatedWellEnough, 2},
		"one place for two":    {[]failure.Service{home("A", "X", 1, 9, 1), poor}, failure.AllTaken, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := failure.Input{
				Services: append([]failure.Service{home("F", "F", 0, 2, 3)}, c.other...),
				Provider: "F", Rules: failure.Rules{MaxMiles: 10, RatingFloor: failure.Good},
			}
			want := []failure.Unplaced{{From: "F", Needed: residential, People: c.left, Reason: c.reason}}
			if diff := cmp.Diff(want, plan(t, in).Unplaced); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnratedServicesTakePeopleWhereTheRulesAcceptThem(t *testing.T) {
	unrated := home("U", "X", 1, 9, 5)
	unrated.Rating = failure.Unrated
	in := failure.Input{
		Services: []failure.Service{home("F", "F", 0, 2, 0), unrated}, Provider: "F",
		Rules: failure.Rules{MaxMiles: 10, RatingFloor: failure.Good, AcceptUnrated: true},
	}
	if got := plan(t, in).Without; got != 0 {
		t.Errorf("%d without a place", got)
	}
}

func TestSubstitutesStandInOnlyTheWayTheyAreGiven(t *testing.T) {
	nursingHome := home("N", "X", 1, 0, 0)
	nursingHome.Admittable = map[failure.Kind]int{nursing: 1}
	failing := home("F", "F", 0, 1, 0)
	in := failure.Input{
		Services: []failure.Service{failing, nursingHome}, Provider: "F",
		Rules: failure.Rules{MaxMiles: 5, Substitutes: []failure.Substitute{{Needed: residential, Given: nursing}}},
	}
	made := plan(t, in)
	if made.Placed != 1 || made.Moves[0].Needed != residential || made.Moves[0].Given != nursing {
		t.Errorf("got %+v", made)
	}
	in.Rules.Substitutes[0] = failure.Substitute{Needed: nursing, Given: residential}
	if made := plan(t, in); made.Without != 1 || made.Unplaced[0].Reason != failure.NoPlaceOfKind {
		t.Errorf("got %+v", made)
	}
}

func TestRankPutsTheWorstFirst(t *testing.T) {
	services := []failure.Service{
		home("A", "small", 0, 2, 1), home("B", "large", 1, 30, 4), home("C", "large", 2, 10, 2), home("D", "far", 4, 2, 3),
	}
	harms, err := failure.Rank(t.Context(), services, failure.Rules{MaxMiles: 10})
	if err != nil {
		t.Fatal(err)
	}
	want := []failure.Harm{
		// 40 people to 1 place at mile 0 and 3 at mile 4: C is 2 miles from both, B 1 and 3.
		{Provider: "large", Services: 2, People: 40, Without: 36, TotalMiles: 7, LongestMiles: 2},
		{Provider: "far", Services: 1, People: 2, TotalMiles: 4, LongestMiles: 2},
		{Provider: "small", Services: 1, People: 2, TotalMiles: 2, LongestMiles: 1},
	}
	if diff := cmp.Diff(want, harms); diff != "" {
		t.Error(diff)
	}
}

// anyInput draws small markets on a line, so that brute force can try everything.
func anyInput(t *rapid.T) failure.Input {
	in := failure.Input{Provider: "F", Rules: failure.Rules{
		MaxMiles:    rapid.Float64Range(0, 20).Draw(t, "max miles"),
		RatingFloor: failure.Rating(rapid.IntRange(0, 4).Draw(t, "floor")), AcceptUnrated: rapid.Bool().Draw(t, "accept unrated"),
	}}
	if rapid.Bool().Draw(t, "substitute") {
		in.Rules.Substitutes = []failure.Substitute{{Needed: residential, Given: nursing}}
	}
	for i := range rapid.IntRange(2, 6).Draw(t, "services") {
		service := home(fmt.Sprint(i), rapid.SampledFrom([]string{"F", "X", "Y"}).Draw(t, "provider"), rapid.Float64Range(-10, 10).Draw(t, "mile"), 0, 0)
		service.Rating = failure.Rating(rapid.IntRange(0, 4).Draw(t, "rating"))
		service.District = rapid.SampledFrom([]string{"E07000082", "E07000081"}).Draw(t, "district")
		for _, kind := range []failure.Kind{residential, nursing} {
			service.People[kind] = rapid.IntRange(0, 2).Draw(t, "people")
			service.Admittable[kind] = rapid.IntRange(0, 2).Draw(t, "admittable")
		}
		in.Services = append(in.Services, service)
	}
	in.Services[0].Provider = "F"
	return in
}

// withFewPeople leaves the failing provider no more people than brute force can try every plan for.
func withFewPeople(in failure.Input) failure.Input {
	left := 7
	for _, s := range in.Services {
		if s.Provider != in.Provider {
			continue
		}
		for _, kind := range []failure.Kind{residential, nursing} {
			s.People[kind] = min(s.People[kind], left)
			left -= s.People[kind]
		}
	}
	return in
}

type outcome struct{ without, thousandths int }

// brute tries every place for every person in turn, by the rules as they are written down.
func brute(in failure.Input) outcome {
	type person struct {
		from failure.Service
		kind failure.Kind
	}
	var people []person
	free := make(map[string]map[failure.Kind]int)
	for _, s := range in.Services {
		if s.Provider == "F" {
			for kind, count := range s.People {
				for range count {
					people = append(people, person{s, kind})
				}
			}
			continue
		}
		free[s.ID] = map[failure.Kind]int{residential: s.Admittable[residential], nursing: s.Admittable[nursing]}
	}
	best := outcome{without: len(people) + 1}
	var try func(i int, now outcome)
	try = func(i int, now outcome) {
		if now.without > best.without || now.without == best.without && now.thousandths >= best.thousandths {
			return
		}
		if i == len(people) {
			best = now
			return
		}
		p := people[i]
		for _, s := range in.Services {
			miles := p.from.Location.Miles(s.Location)
			rated := s.Rating != failure.Unrated && s.Rating >= in.Rules.RatingFloor || s.Rating == failure.Unrated && in.Rules.AcceptUnrated
			if s.Provider == "F" || math.Round(1000*miles) > 1000*in.Rules.MaxMiles || !rated {
				continue
			}
			for _, kind := range []failure.Kind{residential, nursing} {
				stands := kind == p.kind || len(in.Rules.Substitutes) > 0 && p.kind == residential
				if stands && free[s.ID][kind] > 0 {
					free[s.ID][kind]--
					try(i+1, outcome{now.without, now.thousandths + int(math.Round(1000*miles))})
					free[s.ID][kind]++
				}
			}
		}
		try(i+1, outcome{now.without + 1, now.thousandths})
	}
	try(0, outcome{})
	return best
}

func TestNoPlanTriedByBruteForceIsBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := withFewPeople(anyInput(t))
		want := brute(in)
		made, err := failure.Make(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if got := (outcome{made.Without, int(math.Round(1000 * made.TotalMiles))}); got != want {
			t.Fatalf("got %+v, brute force finds %+v", got, want)
		}
	})
}

func TestPlansKeepTheirRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		made, err := failure.Make(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		services := make(map[string]failure.Service)
		people, taken := 0, make(map[string]int)
		for _, s := range in.Services {
			services[s.ID] = s
			if s.Provider == "F" {
				people += s.People[residential] + s.People[nursing]
			}
		}
		if made.People != people || made.Placed+made.Without != people {
			t.Fatalf("%d people, %d placed, %d without, want %d", made.People, made.Placed, made.Without, people)
		}
		for _, move := range made.Moves {
			to := services[move.To]
			if to.Provider == "F" || move.Miles > in.Rules.MaxMiles+1e-9 || move.District != to.District {
				t.Fatalf("move %+v", move)
			}
			taken[move.To+string(move.Given)] += move.People
			if taken[move.To+string(move.Given)] > to.Admittable[move.Given] {
				t.Fatalf("%s takes %d, would admit %d", move.To, taken[move.To+string(move.Given)], to.Admittable[move.Given])
			}
		}
		all := 0
		for _, left := range made.Left {
			if left.Free < 0 || left.Free+left.Taken != left.Before {
				t.Fatalf("left %+v", left)
			}
			all += left.Taken
		}
		if all != made.Placed {
			t.Fatalf("the districts give %d places for %d people", all, made.Placed)
		}
	})
}

func TestTheOrderOfServicesDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		first, err := failure.Make(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		in.Services = rapid.Permutation(in.Services).Draw(t, "order")
		second, err := failure.Make(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMoreAdmittablePlacesNeverHarmMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		before, err := failure.Make(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		in.Services[rapid.IntRange(0, len(in.Services)-1).Draw(t, "service")].Admittable[residential]++
		after, err := failure.Make(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if after.Without > before.Without || after.Without == before.Without && after.TotalMiles > before.TotalMiles+1e-9 {
			t.Fatalf("%d without and %v miles became %d and %v", before.Without, before.TotalMiles, after.Without, after.TotalMiles)
		}
	})
}

func TestRankAgreesWithThePlans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyInput(t)
		harms, err := failure.Rank(context.Background(), in.Services, in.Rules)
		if err != nil {
			t.Fatal(err)
		}
		for i, harm := range harms {
			in.Provider = harm.Provider
			made, err := failure.Make(context.Background(), in)
			if err != nil {
				t.Fatal(err)
			}
			want := failure.Harm{
				Provider: harm.Provider, Services: harm.Services, People: made.People, Without: made.Without,
				TotalMiles: made.TotalMiles, LongestMiles: made.LongestMiles,
			}
			if diff := cmp.Diff(want, harm); diff != "" {
				t.Fatal(diff)
			}
			if i > 0 && harm.Without > harms[i-1].Without {
				t.Fatalf("%s leaves more without a place than %s, which stands before it", harm.Provider, harms[i-1].Provider)
			}
		}
	})
}

func TestMakeStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := failure.Make(ctx, scattered(5, 100, 50, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := failure.Rank(ctx, scattered(5, 100, 50, 1).Services, failure.Rules{MaxMiles: 5}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// scattered is a market with failing homes of provider F that serve so many people of three kinds, and
// other homes within about 60 miles of each other.
func scattered(failing, others, people int, seed uint64) failure.Input {
	random := rand.New(rand.NewPCG(seed, 0))
	kinds := []failure.Kind{residential, nursing, "dementia residential"}
	in := failure.Input{Provider: "F", Rules: failure.Rules{
		MaxMiles: 100, Substitutes: []failure.Substitute{{Needed: residential, Given: nursing}},
	}}
	for i := range failing + others {
		service := home(fmt.Sprintf("1-%06d", i), "F", 0, 0, 0)
		service.Location = geo.Point{Latitude: 51.4 + 0.8*random.Float64(), Longitude: -2.6 + 1.3*random.Float64()}
		if i >= failing {
			service.Provider = fmt.Sprintf("P%d", i%(1+others/3))
			for _, kind := range kinds {
				service.Admittable[kind] = random.IntN(4)
				service.People[kind] = random.IntN(20)
			}
		}
		in.Services = append(in.Services, service)
	}
	for range people {
		in.Services[random.IntN(failing)].People[kinds[random.IntN(len(kinds))]]++
	}
	return in
}

func benchmarkMake(b *testing.B, in failure.Input) {
	b.ReportAllocs()
	for b.Loop() {
		made, err := failure.Make(context.Background(), in)
		if err != nil || made.Placed == 0 {
			b.Fatal(made.Placed, err)
		}
	}
}

func BenchmarkMake500PeopleOver150Homes(b *testing.B) { benchmarkMake(b, scattered(12, 150, 500, 1)) }

func BenchmarkMake5000PeopleOver5000Homes(b *testing.B) {
	benchmarkMake(b, scattered(125, 5000, 5000, 2))
}

func BenchmarkRankAuthority(b *testing.B) {
	in := scattered(5, 150, 200, 3)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := failure.Rank(context.Background(), in.Services, in.Rules); err != nil {
			b.Fatal(err)
		}
	}
}

// Care at home moves nobody: a branch with no location takes over whatever the distance rule,
// and what is not rated by its kind is bound by no floor.
func TestCareAtHomeKnowsNoDistance(t *testing.T) {
	const inZone failure.Kind = "home care in a zone"
	branch := func(id, provider string, rating failure.Rating, people, admittable int) failure.Service {
		return failure.Service{
			ID: id, Provider: provider, AtHome: true, Rating: rating,
			People: map[failure.Kind]int{inZone: people}, Admittable: map[failure.Kind]int{inZone: admittable},
		}
	}
	made := plan(t, failure.Input{
		Services: []failure.Service{
			branch("F", "F", failure.Good, 5, 0), branch("A", "X", failure.NotRated, 1, 2), branch("B", "Y", failure.Inadequate, 1, 9),
			{ID: "home", Provider: "Z", Location: north(0), Rating: failure.Good, Admittable: map[failure.Kind]int{inZone: 9}},
		},
		Provider: "F", Rules: failure.Rules{RatingFloor: failure.Good},
	})
	if made.Placed != 2 || made.Without != 3 || made.TotalMiles != 0 || len(made.Moves) != 1 || made.Moves[0].To != "A" {
		t.Errorf("the plan is %+v", made)
	}
}
