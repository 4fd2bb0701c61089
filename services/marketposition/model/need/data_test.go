package need_test

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// shared is the folder of published data beside the project, from this package's own.
const shared = "../../../../../shared/data"

// rows reads a published file, or skips the test where the data is absent.
func rows(t *testing.T, name string) [][]string {
	t.Helper()
	file, err := os.Open(filepath.Join(shared, name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("published data is absent: %s", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	all, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[1:]
}

func parse(t *testing.T, text string) float64 {
	t.Helper()
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// published is the people aged 65+ of each district: census 2021 by single year, growth by the ONS 2012-based
// projections.
func published(t *testing.T) map[string]need.Population {
	t.Helper()
	populations := make(map[string]need.Population)
	for _, row := range rows(t, "population/census2021_TS007_single_year_age_ltla.csv") {
		age := int(parse(t, row[2]))
		if age < 65 {
			continue
		}
		band := need.AgeBand{From: age, To: age}
		if age == 100 {
			band.To = need.AndOver
		}
		p := populations[row[0]]
		p.BaseYear, p.Source = 2021, "ONS Census 2021 TS007"
		p.Base = append(p.Base, need.Count{Band: band, People: parse(t, row[4])})
		populations[row[0]] = p
	}
	for _, row := range rows(t, "population/ons_snpp2012based_lad_65_74_75_84_85plus_2014_2037.csv") {
		p, known := populations[row[0]]
		if !known {
			continue // a district that has since been merged
		}
		if p.Growth == nil {
			for _, band := range []need.AgeBand{from65, from75, from85} {
				p.Growth = append(p.Growth, need.Series{Band: band, Edition: "ONS 2012-based"})
			}
		}
		for i, column := range [...]int{4, 6, 8} {
			p.Growth[i].Points = append(p.Growth[i].Points, need.Point{Year: int(parse(t, row[2])), People: parse(t, row[column])})
		}
		populations[row[0]] = p
	}
	return populations
}

var (
	over65 = need.AgeBand{From: 65, To: need.AndOver}
	over75 = need.AgeBand{From: 75, To: need.AndOver}
)

// The county's census figures are known: 139,816 people aged 65+, 66,387 aged 75+, 19,002 aged 85+, and those
// aged 75+ of each district in code order.
func TestGloucestershireIn2021(t *testing.T) {
	populations := published(t)
	sums := make(map[need.AgeBand]float64)
	for i, want := range []float64{11431, 11342, 9991, 10454, 13076, 10093} {
		code := "E0700007" + strconv.Itoa(8+i)
		if i > 1 {
			code = "E0700008" + strconv.Itoa(i-2)
		}
		people, err := need.Project(populations[code], 2021)
		if err != nil {
			t.Fatal(err)
		}
		if got := need.Within(people, over75); got != want {
			t.Errorf("%s: %v people aged 75+, want %v", code, got, want)
		}
		for _, band := range []need.AgeBand{over65, over75, from85} {
			sums[band] += need.Within(people, band)
		}
	}
	for band, want := range map[need.AgeBand]float64{over65: 139816, over75: 66387, from85: 19002} {
		if sums[band] != want {
			t.Errorf("%v people aged %s, want %v", sums[band], band, want)
		}
	}
}

// Single years of the census grow as the band of the projection that they lie in: Stroud by hand.
func TestStroudIn2035FromTheFiles(t *testing.T) {
	people, err := need.Project(published(t)["E07000082"], 2035)
	if err != nil {
		t.Fatal(err)
	}
	for band, want := range map[need.AgeBand]float64{
		from65: 15154 * 18000.0 / 15100, from75: 9326 * 12900.0 / 9800, from85: 3750 * 8400.0 / 4200,
	} {
		if got := need.Within(people, band); math.Abs(got-want) > 1e-6 {
			t.Errorf("%v people aged %s, want %v", got, band, want)
		}
	}
}

func TestTheProjectionEndsIn2037(t *testing.T) {
	stroud := published(t)["E07000082"]
	if _, err := need.Project(stroud, 2037); err != nil {
		t.Error(err)
	}
	if _, err := need.Project(stroud, 2038); err == nil {
		t.Error("a year that the edition does not cover was projected")
	}
}
