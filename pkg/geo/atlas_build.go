package geo

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/caremarket/caremarket/pkg/period"
)

// faults gathers everything that is wrong, so that all of it is told at once.
type faults []error

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Errorf(format, args...)) }

func (f *faults) err() error { return errors.Join(*f...) }

func inForce[T interface{ Contains(period.Date) bool }](rows []T, day period.Date) []T {
	var in []T
	for _, row := range rows {
		if row.Contains(day) {
			in = append(in, row)
		}
	}
	return in
}

// keyed puts the areas of one kind under their codes.
func keyed[T any](f *faults, kind string, rows []T, name func(T) (Code, string)) map[Code]T {
	byCode := make(map[Code]T, len(rows))
	for _, row := range rows {
		code, called := name(row)
		_, twice := byCode[code]
		switch {
		case !code.Valid():
			f.add("%s %q (%s): not a GSS code", kind, code, called)
		case called == "":
			f.add("%s %s has no name", kind, code)
		case twice:
			f.add("%s %s (%s) is given twice for the same day", kind, code, called)
		}
		byCode[code] = row
	}
	return byCode
}

// checkParents finds areas that belong to something the tables do not have.
func (a *Atlas) checkParents(f *faults) {
	inhabited := make(map[Code]bool)
	for _, d := range a.ordered {
		inhabited[d.Authority] = true
		authority, ok := a.authorities[d.Authority]
		switch {
		case !ok:
			f.add("district %s (%s): no authority %q", d.Code, d.Name, d.Authority)
		case authority.Region != d.Region:
			f.add("district %s (%s) is in region %q, its authority in %q", d.Code, d.Name, d.Region, authority.Region)
		}
		if !(d.Hectares > 0) {
			f.add("district %s (%s) has an area of %v hectares", d.Code, d.Name, d.Hectares)
		}
	}
	for _, authority := range a.Authorities() {
		if _, ok := a.regions[authority.Region]; !ok {
			f.add("authority %s (%s): no region %q", authority.Code, authority.Name, authority.Region)
		}
		if !inhabited[authority.Code] {
			f.add("authority %s (%s) has no district", authority.Code, authority.Name)
		}
	}
}

// successions follows every former code to the districts it stands for on day.
func successions(f *faults, present map[Code]District, rows []Succession, day period.Date) map[Code][]Code {
	next := make(map[Code][]Code)
	for _, row := range rows {
		if row.On.After(day) {
			continue
		}
		if _, ok := present[row.From]; ok {
			f.add("district %s (%s) has a successor and still exists on %s", row.From, row.Name, day)
			continue
		}
		next[row.From] = append(next[row.From], row.To)
	}
	resolved := make(map[Code][]Code, len(next))
	for code := range next {
		ends, err := follow(code, next, present, nil)
		if err != nil {
			f.add("former district %s: %w", code, err)
		}
		slices.Sort(ends)
		resolved[code] = slices.Compact(ends)
	}
	return resolved
}

func follow(code Code, next map[Code][]Code, present map[Code]District, path []Code) ([]Code, error) {
	if _, ok := present[code]; ok {
		return []Code{code}, nil
	}
	if slices.Contains(path, code) {
		return nil, fmt.Errorf("its successors lead back to %s", code)
	}
	if len(next[code]) == 0 {
		return nil, fmt.Errorf("its successor %s is not a district", code)
	}
	var ends []Code
	for _, to := range next[code] {
		found, err := follow(to, next, present, append(path, code))
		if err != nil {
			return nil, err
		}
		ends = append(ends, found...)
	}
	return ends, nil
}

// shares turns counts of postcodes into shares of each outward code. A count
// for a former district goes to the one district that took its place.
func shares(f *faults, successors func(Code) []Code, rows []OutcodeCount) map[string][]OutcodeShare {
	byOutcode := make(map[string][]OutcodeShare)
	total := make(map[string]int)
	for _, row := range rows {
		districts := successors(row.District)
		switch {
		case !outcodeForm.MatchString(row.Outcode):
			f.add("%q is not an outward code such as GL2", row.Outcode)
		case row.Postcodes <= 0:
			f.add("outward code %s has %d postcodes in %s: it must have at least one", row.Outcode, row.Postcodes, row.District)
		case len(districts) != 1:
			f.add("outward code %s: %q does not stand for one district", row.Outcode, row.District)
		default:
			total[row.Outcode] += row.Postcodes
			byOutcode[row.Outcode] = addCount(byOutcode[row.Outcode], districts[0], row.Postcodes)
		}
	}
	for outcode, reach := range byOutcode {
		for i := range reach {
			reach[i].Share = float64(reach[i].Postcodes) / float64(total[outcode])
		}
		slices.SortFunc(reach, func(x, y OutcodeShare) int {
			return cmp.Or(cmp.Compare(y.Postcodes, x.Postcodes), cmp.Compare(x.District, y.District))
		})
	}
	return byOutcode
}

func addCount(reach []OutcodeShare, district Code, postcodes int) []OutcodeShare {
	for i := range reach {
		if reach[i].District == district {
			reach[i].Postcodes += postcodes
			return reach
		}
	}
	return append(reach, OutcodeShare{District: district, Postcodes: postcodes})
}
