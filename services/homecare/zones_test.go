package homecare

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

func TestNewZonesNamesEveryFault(t *testing.T) {
	_, err := NewZones([]*homecarev1.Zone{
		zone("fine", stroud, 1.0),
		zone("fine", stroud, 1.0),
		zone("short", stroud, 0.5, gloucester, 0.4),
		zone("twice", stroud, 0.5, stroud, 0.5),
		zone("nothing", stroud, 0.0, gloucester, 1.0),
		zone("nowhere"),
		zone("nan", stroud, math.NaN()),
	})
	if err == nil {
		t.Fatal("faulty zones were taken")
	}
	for _, want := range []string{
		"zones/fine stands twice",
		"zones/short has shares that add up to 0.9, not 1",
		"zones/twice has two shares in " + stroud,
		"zones/nothing has a share of 0",
		"zones/nowhere has shares that add up to 0",
		"zones/nan has a share of NaN",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
}

func TestZonesAreInOrderOfName(t *testing.T) {
	names := func(zones []*homecarev1.Zone) (out []string) {
		for _, z := range zones {
			out = append(out, z.GetName())
		}
		return out
	}
	ref := reference(t)
	want := []string{"zones/border", "zones/city", "zones/vale", "zones/valleys"}
	if diff := cmp.Diff(want, names(ref.Zones.All())); diff != "" {
		t.Errorf("All (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"zones/border", "zones/city"}, names(ref.Zones.within(areaOf([]string{gloucester})))); diff != "" {
		t.Errorf("within Gloucester (-want +got):\n%s", diff)
	}
}

func TestShareOfAZone(t *testing.T) {
	ref := reference(t)
	for _, tt := range []struct {
		zone      string
		districts []string
		want      float64
	}{
		{"zones/border", []string{stroud}, 0.75},
		{"zones/border", []string{gloucester}, 0.25},
		{"zones/border", []string{stroud, gloucester}, 1},
		{"zones/valleys", []string{gloucester}, 0},
		{"zones/border", []string{cotswold}, 0},
		{"zones/unknown", []string{stroud}, 0},
		{"", []string{stroud}, 0},
	} {
		if got := ref.Zones.share(tt.zone, areaOf(tt.districts)); got != tt.want {
			t.Errorf("share of %q in %v = %g, want %g", tt.zone, tt.districts, got, tt.want)
		}
	}
}

func TestBranchIsFiledUnderItsZonesAndItsOffice(t *testing.T) {
	b := branch("1-1", home, "border", "valleys")
	b.District = cotswold
	want := []string{cotswold, gloucester, stroud}
	if diff := cmp.Diff(want, reference(t).Zones.districtsOf(b)); diff != "" {
		t.Errorf("districts (-want +got):\n%s", diff)
	}
}

// However a zone is divided, its parts are all of it.
func TestSharesOverAllDistrictsAreWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.IntRange(1, 1000), 1, 3).Draw(t, "weights")
		total := 0
		for _, w := range weights {
			total += w
		}
		var shares []any
		for i, w := range weights {
			shares = append(shares, []string{stroud, gloucester, cotswold}[i], float64(w)/float64(total))
		}
		zones, err := NewZones([]*homecarev1.Zone{zone("any", shares...)})
		if err != nil {
			t.Fatal(err)
		}
		if got := zones.share("zones/any", areaOf([]string{stroud, gloucester, cotswold})); got != 1 {
			t.Fatalf("all districts hold %g of the zone", got)
		}
	})
}
