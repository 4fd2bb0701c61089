package illustrative

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
)

func TestPlaceIDs(t *testing.T) {
	for want, got := range map[string]string{
		"1-910700008200017":                        placeID(homeIDs, stroud, 17),
		"1-920600001600001":                        placeID(branchIDs, "E06000016", 1),
		"1-950000000000012":                        placeID(groupIDs, nationwide, 12),
		"hs-illustrative-e07000082-extra-care-003": ownID("hs", stroud, "extra-care-", 3),
		"oc-illustrative-e07000082-mp-007":         ownID("oc", stroud, "mp-", 7),
	} {
		if got != want {
			t.Errorf("id %s, want %s", got, want)
		}
	}
	if got := short("carer_emergency_cover"); got != "cec-" {
		t.Errorf("short %q", got)
	}
}

func TestPlaceIDsNeverMeet(t *testing.T) {
	firsts := []string{homeIDs, branchIDs, homeProviderIDs, branchProviderIDs, groupIDs}
	form := regexp.MustCompile(`^1-9\d{14}$`)
	type key struct {
		first, district string
		number          int
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) key {
			return key{
				rapid.SampledFrom(firsts).Draw(t, name+" first"),
				rapid.StringMatching(`E\d{8}`).Draw(t, name+" district"),
				rapid.IntRange(0, 99_999).Draw(t, name+" number"),
			}
		}
		a, b := draw("a"), draw("b")
		ida, idb := placeID(a.first, geo.Code(a.district), a.number), placeID(b.first, geo.Code(b.district), b.number)
		if !form.MatchString(ida) {
			t.Fatalf("%v has the id %s", a, ida)
		}
		if (ida == idb) != (a == b) {
			t.Fatalf("%v has the id %s, %v has %s", a, ida, b, idb)
		}
	})
}

// A point stands within its circle, wherever in England that is.
func TestPointsStandInTheirCircles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := centre{
			latitude:  rapid.IntRange(49_900_000, 55_800_000).Draw(t, "latitude"),
			longitude: rapid.IntRange(-6_400_000, 1_700_000).Draw(t, "longitude"),
			radius:    rapid.IntRange(0, 15_000).Draw(t, "radius"),
		}
		s := anyStream(t)
		middle := geo.Point{Latitude: *degrees(c.latitude), Longitude: *degrees(c.longitude)}
		for range 20 {
			latitude, longitude := c.point(s)
			at := geo.Point{Latitude: *latitude, Longitude: *longitude}
			// A hair over, for the sphere that distances are measured on.
			if away := 1000 * at.Kilometres(middle); away > float64(c.radius)*1.005+1 {
				t.Fatalf("%s stands %.0f m from the middle of a circle of %d m", at, away, c.radius)
			}
		}
	})
}

// Points fill their circle: a quarter of them stand in the inner half of its radius.
func TestPointsFillTheirCircles(t *testing.T) {
	c := centre{latitude: 51_743_000, longitude: -2_265_000, radius: 6800}
	s, inner := newStream(3), 0
	middle := geo.Point{Latitude: *degrees(c.latitude), Longitude: *degrees(c.longitude)}
	const n = 4000
	for range n {
		latitude, longitude := c.point(s)
		if middle.Kilometres(geo.Point{Latitude: *latitude, Longitude: *longitude}) < 3.4 {
			inner++
		}
	}
	// East and west a circle is drawn a tenth too narrow here, which brings a few more in.
	if inner < n/4-120 || inner > n/4+320 {
		t.Errorf("%d of %d points stand in the inner quarter", inner, n)
	}
}

func TestApartComparesDistances(t *testing.T) {
	middle := centre{latitude: 51_000_000, longitude: -2_000_000}
	near := centre{latitude: 51_100_000, longitude: -2_000_000}
	east := centre{latitude: 51_000_000, longitude: -1_850_000}
	far := centre{latitude: 51_200_000, longitude: -2_000_000}
	if middle.apart(east) >= middle.apart(near) || middle.apart(near) >= middle.apart(far) {
		t.Errorf("apart: east %d, near %d, far %d", middle.apart(east), middle.apart(near), middle.apart(far))
	}
	if middle.apart(middle) != 0 || middle.apart(far) != far.apart(middle) {
		t.Error("a place is no distance from itself, and as far there as back")
	}
}

func TestNeighboursAreNearAndElsewhere(t *testing.T) {
	p := countyPlan(t)
	for district, want := range map[geo.Code]geo.Code{
		"E07000080": "E06000019", // Forest of Dean: Herefordshire.
		"E07000079": "E06000030", // Cotswold: Swindon.
		"E07000083": "E10000034", // Tewkesbury: Worcestershire.
		"E07000135": "E06000016", // Oadby and Wigston: Leicester.
		"E06000016": "E10000018", // Leicester: Leicestershire around it.
	} {
		d := districtOf(t, p, district)
		if len(d.neighbours) != neighbourCount || !slices.Contains(d.neighbours, want) {
			t.Errorf("%s is nearest to %v, want %d and %s among them", d.Name, d.neighbours, neighbourCount, want)
		}
		for _, n := range d.neighbours {
			if n == d.Authority {
				t.Errorf("%s neighbours on its own council", d.Name)
			}
		}
	}
}

func TestGroupsAreDrawnBySize(t *testing.T) {
	s, drawn, companies := newStream(9), map[string]int{}, map[string]string{}
	for range 20_000 {
		g := group(s)
		drawn[g.brand]++
		if of, known := companies[g.id]; known && of != g.brand {
			t.Fatalf("%s is a company of %s and of %s", g.id, of, g.brand)
		}
		companies[g.id] = g.brand
		if !strings.HasPrefix(g.title, g.brand+" Company ") {
			t.Fatalf("company %q of %q", g.title, g.brand)
		}
	}
	first, fifth := drawn["Illustrative Care Group 01"], drawn["Illustrative Care Group 05"]
	if len(drawn) != groupCount || first < 17*fifth/10 || first > 23*fifth/10 {
		t.Errorf("%d groups; the first was drawn %d times, the fifth %d", len(drawn), first, fifth)
	}
	if len(companies) != groupCount+groupCount/3 {
		t.Errorf("%d companies, want one of each group and two of each third", len(companies))
	}
}

func TestRequestIDs(t *testing.T) {
	p := threeYears()
	e := entry{on: period.NewDate(2024, 1, 9)}
	id := p.requestID("careHomes/1-910700008200017", e, 1)
	parsed, err := uuid.Parse(id)
	if err != nil || parsed.Version() != 5 {
		t.Errorf("%s is no UUID of version 5: %v", id, err)
	}
	if id != p.requestID("careHomes/1-910700008200017", e, 1) {
		t.Error("the same return has two ids")
	}
	other := p
	other.Seed++
	for name, another := range map[string]string{
		"correction":    p.requestID("careHomes/1-910700008200017", e, 2),
		"another place": p.requestID("careHomes/1-910700008200018", e, 1),
		"another day":   p.requestID("careHomes/1-910700008200017", entry{on: e.on.AddDays(1)}, 1),
		"another seed":  other.requestID("careHomes/1-910700008200017", e, 1),
	} {
		if id == another {
			t.Errorf("%s has the same id", name)
		}
	}
}

func TestRatingsComeAfterOpening(t *testing.T) {
	p := countyPlan(t)
	rapid.Check(t, func(t *rapid.T) {
		l := life{opens: p.From.AddDays(rapid.IntRange(-5000, 1000).Draw(t, "opens"))}
		if rapid.Bool().Draw(t, "closes") {
			l.closes = l.opens.AddDays(rapid.IntRange(0, 2000).Draw(t, "open for"))
		}
		rating, on := p.rate(anyStream(t), l)
		if (rating == 0) != (on == "") || rating < 0 || rating > 5 {
			t.Fatalf("rating %d on %q", rating, on)
		}
		if on == "" {
			return
		}
		if on <= l.opens.String() || on > p.To.String() || (!l.closes.IsZero() && on > l.closes.String()) {
			t.Fatalf("rated on %s, open from %s to %s", on, l.opens, l.closes)
		}
	})
}
