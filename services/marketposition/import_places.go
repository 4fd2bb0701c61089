package marketposition

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
)

// present finds the district of today that a code of a file stands for. Ok is false for
// what no statement speaks of: other countries, counties and regions. An error says why a
// code that should be a district's is none.
func (s *Server) present(code geo.Code) (district string, ok bool, err error) {
	if !code.Valid() {
		return "", false, fmt.Errorf("%q is not a GSS code such as E07000082", code)
	}
	successors := s.atlas.Successors(code)
	switch {
	case len(successors) == 1:
		return string(successors[0]), true, nil
	case len(successors) > 1:
		return "", false, fmt.Errorf("%s was divided between %v: its people cannot be", code, successors)
	case !isDistrict(code) || len(s.atlas.DistrictsOf(code)) > 0:
		return "", false, nil
	default:
		return "", false, fmt.Errorf("%s is no district of England, present or former", code)
	}
}

// isDistrict reports whether a code is of the kinds that districts have in England:
// unitaries, districts of counties, metropolitan and London boroughs.
func isDistrict(code geo.Code) bool {
	return slices.Contains([]string{"E06", "E07", "E08", "E09"}, string(code[:3]))
}

// presentTogether is present for codes that are published as one, with an oblique between.
func (s *Server) presentTogether(codes string) (districts []string, ok bool, err error) {
	for code := range strings.FieldsFuncSeq(codes, func(r rune) bool { return r == '/' || r == ' ' }) {
		district, known, err := s.present(geo.Code(code))
		if err != nil || !known {
			return nil, false, err
		}
		districts = append(districts, district)
	}
	slices.Sort(districts)
	districts = slices.Compact(districts)
	if len(districts) == 0 {
		return nil, false, fmt.Errorf("%q is not a GSS code such as E07000082", codes)
	}
	return districts, true, nil
}
