package illustrative_test

import (
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/seeds/illustrative"
)

// changed is the built-in plan with one text put in the place of another in a file.
func changed(t testing.TB, file, was, is string) fstest.MapFS {
	t.Helper()
	files := copied(t)
	text := string(files[file].Data)
	if strings.Count(text, was) == 0 {
		t.Fatalf("%s does not hold %q", file, was)
	}
	files[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, was, is, 1))}
	return files
}

func copied(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(illustrative.Files(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(illustrative.Files(), path)
		files[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestEveryFaultIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ file, was, is, want string }{
		"a total missed": {
			"county/care_homes.csv", "Stroud,older_residential,14,614,603,470,", "Stroud,older_residential,14,614,603,471,",
			"used of older_residential and older_nursing in E10000013 add up to 3930, and 3929 is published",
		},
		"a published total missed": {
			"county/totals.csv", ",used,3929,", ",used,3930,",
			"care_homes.csv: used of older_residential and older_nursing in E10000013 add up to 3929, and 3930 is published (gloucestershire-older-people-residents-january-2024)",
		},
		"more used than there are": {
			"county/care_homes.csv", "E06000017,Rutland,working_age,2,14,14,12,1", "E06000017,Rutland,working_age,2,14,14,15,0",
			"county/care_homes.csv, row 8, column used: 15 is more than maximum",
		},
		"more admittable than vacant": {
			"county/care_homes.csv", "E06000017,Rutland,working_age,2,14,14,12,1", "E06000017,Rutland,working_age,2,14,14,12,3",
			"county/care_homes.csv, row 8, column admittable: 3 is more than maximum less used",
		},
		"beds without a home": {
			"county/care_homes.csv", "E06000017,Rutland,working_age,2,", "E06000017,Rutland,working_age,0,",
			"county/care_homes.csv, row 8, column registered_beds: 14, where homes is 0",
		},
		"an unknown kind": {
			"county/care_homes.csv", "Rutland,working_age,", "Rutland,hospice,",
			`county/care_homes.csv, row 8, column kind: "hospice" is none of`,
		},
		"a kind twice": {
			"county/care_homes.csv", "Rutland,working_age,", "Rutland,older_nursing,",
			"county/care_homes.csv, row 8, column kind: older_nursing of Rutland is planned in an earlier row too",
		},
		"an unknown area": {
			"county/care_homes.csv", "E06000017,Rutland,working_age,", "E06000099,Rutland,working_age,",
			`county/care_homes.csv, row 8, column area: "E06000099" has no districts`,
		},
		"an absurd number": {
			"county/home_care.csv", ",16800,", ",99000000,",
			"column hours_delivered: 99000000 is more than all England has",
		},
		"a zone elsewhere": {
			"county/zones.csv", "E06000017,E06000017,", "E06000017,E06000016,",
			"zones/illustrative-rutland lies in E06000016, which is no planned district of E06000017",
		},
		"a district without a zone": {
			"county/zones.csv", "E06000017,E06000017,", "E06000017,E06000016,", "no zone reaches into E06000017 (Rutland)",
		},
		"a rate missing": {"rates.csv", "homes_closing,", "homes_shutting,", `rates.csv: "homes_closing" is missing`},
		"a rate unknown": {"rates.csv", "homes_closing,", "homes_shutting,", `rates.csv: "homes_shutting" is no rate that is asked for`},
		"a rate twice":   {"rates.csv", "homes_closing,", "homes_opening,", `rates.csv: "homes_opening" is no rate that is asked for, or stands twice`},
		"months askew": {
			"county/plan.csv", "2024-01-01,2024-06-01", "2024-06-01,2024-01-01", "from, counted, settled_until and to must follow each other",
		},
		"a day for a month": {"county/plan.csv", "2023-12-01", "2023-12-02", "column from: write a month as its first day"},
		"far too long":      {"county/plan.csv", "2026-11-01", "2099-11-01", "column to: it is more than 120 months after from"},
		"a month of the year missing": {
			"seasons.csv", "\n12,", "\n13,", "seasons.csv, row 13, column month: the months are 1 to 12, in order",
		},
		"a market missing":       {"answers.csv", "workforce,", "care_homes,", `answers.csv: "workforce" is missing`},
		"home care outside CQC":  {"supply.csv", "micro_provider", "home_care", `"home_care" is no kind of supply outside CQC`},
		"an unknown service":     {"other_employers.csv", "day_service", "night_service", `"night_service" is no kind of service`},
		"a total of no column":   {"county/totals.csv", ",used,3929,", ",empty,3929,", `"empty" is no column of care_homes.csv`},
		"a total of no kind":     {"county/totals.csv", "older_residential older_nursing,used", "older_hostel,used", `"older_hostel" is none of`},
		"a centre without place": {"centres.csv", "latitude,", "lat,", "centres.csv: no header row"},
	} {
		t.Run(name, func(t *testing.T) {
			files := changed(t, c.file, c.was, c.is)
			_, err := illustrative.County(files, seeds.Files())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
		})
	}
}

func TestAMissingFileIsNamed(t *testing.T) {
	for _, file := range []string{"rates.csv", "county/plan.csv", "county/housing.csv", "sources.csv"} {
		files := copied(t)
		delete(files, file)
		_, err := illustrative.County(files, seeds.Files())
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), file) {
			t.Errorf("without %s: %v", file, err)
		}
	}
	if _, err := illustrative.County(illustrative.Files(), fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without facts: %v", err)
	}
}

// A corrected plan makes a corrected market, and leaves the rest as it was.
func TestACorrectionReachesItsDistrictOnly(t *testing.T) {
	files := changed(t, "county/home_care.csv", "E06000017,Rutland,other,6,1,2700,", "E06000017,Rutland,other,6,1,2900,")
	plan, err := illustrative.County(files, seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	_, before := county(t)
	after := generate(t, plan)
	if digest(each(before.CareHomes)) != digest(each(after.CareHomes)) {
		t.Error("the care homes changed too")
	}
	returns := map[string]string{}
	for r := range of(before.BranchReturns(), branchReturn) {
		returns[r.GetHomeCareBranch()+r.GetAsAt()] = r.String()
	}
	var elsewhere, here int
	for r := range of(after.BranchReturns(), branchReturn) {
		if was := returns[r.GetHomeCareBranch()+r.GetAsAt()]; len(was) == len(r.String()) {
			continue
		}
		if strings.Contains(r.GetHomeCareBranch(), "06000017") {
			here++
		} else {
			elsewhere++
		}
	}
	if here == 0 {
		t.Error("the branches of Rutland did not change")
	}
	if elsewhere > 200 {
		t.Errorf("%d returns of other districts changed", elsewhere)
	}
}

func TestPlannedDistricts(t *testing.T) {
	plan, _ := county(t)
	var names []string
	for _, d := range plan.Districts {
		names = append(names, d.Name)
	}
	want := []string{
		"Leicester", "Rutland", "Cheltenham", "Cotswold", "Forest of Dean", "Gloucester", "Stroud", "Tewkesbury",
		"Blaby", "Charnwood", "Harborough", "Hinckley and Bosworth", "Melton", "North West Leicestershire", "Oadby and Wigston",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("districts (-want +got):\n%s", diff)
	}
	if plan.From.String() != "2023-12-01" || plan.To.String() != "2026-11-01" || plan.Counted.String() != "2024-01-01" {
		t.Errorf("months %s to %s, counted %s", plan.From, plan.To, plan.Counted)
	}
	stroud := plan.Districts[6]
	if stroud.Aged75 != 13_076 || stroud.Authority != gloucestershire || stroud.AuthorityName != "Gloucestershire" {
		t.Errorf("Stroud: %d people aged 75 and over, %s %s", stroud.Aged75, stroud.Authority, stroud.AuthorityName)
	}
	if stroud.Total("care_homes", "older_nursing", "beds_of_gold") != 0 || stroud.Total("schools", "", "") != 0 {
		t.Error("what is not planned has a total")
	}
}

// A zone's shares are those of its people, and its people those of the census.
func TestZonesShareOutThePeopleAged65(t *testing.T) {
	for name, plan := range map[string]illustrative.Plan{"county": first(county(t)), "england": england(t)} {
		people := map[string]float64{}
		for _, z := range plan.Zones {
			whole := 0.0
			for _, s := range z.GetShares() {
				whole += s.GetShare()
				people[s.GetDistrict()] += s.GetShare() * float64(z.GetPopulation_65Plus())
			}
			if math.Abs(whole-1) > 1e-9 {
				t.Errorf("%s: %s has shares of %v", name, z.GetName(), whole)
			}
		}
		for _, d := range plan.Districts {
			if got := people["districts/"+string(d.Code)]; math.Abs(got-float64(d.Aged65)) > 2 {
				t.Errorf("%s: %.1f people aged 65 and over in the zones of %s, want %d", name, got, d.Name, d.Aged65)
			}
		}
	}
}

func TestZonesOfTheCouncils(t *testing.T) {
	plan, _ := county(t)
	zones, spanning := map[string]int{}, 0
	for _, z := range plan.Zones {
		zones[z.GetAuthority()]++
		if len(z.GetShares()) > 1 {
			spanning++
		}
	}
	want := map[string]int{
		"authorities/E10000013": 17, "authorities/E10000018": 14, "authorities/E06000016": 4, "authorities/E06000017": 1,
	}
	if diff := cmp.Diff(want, zones); diff != "" || spanning < 4 {
		t.Errorf("%d zones span two districts; zones (-want +got):\n%s", spanning, diff)
	}
}
