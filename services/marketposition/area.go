package marketposition

import (
	"fmt"

	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// district finds a district. An old code stands for the district that took its place.
func (s *Server) district(code string) (statement.Area, error) {
	successors := s.atlas.Successors(geo.Code(code))
	switch len(successors) {
	case 0:
		return statement.Area{}, errs.NotFound("district", code)
	case 1:
		return statement.DistrictArea(s.atlas, successors[0]), nil
	default:
		return statement.Area{}, errs.FailedPrecondition("DISTRICT_DIVIDED", fmt.Sprintf(
			"district %s was divided between %v: ask for one of them", code, successors))
	}
}

// authority finds a council with social care duties.
func (s *Server) authority(code string) (statement.Area, error) {
	authority, ok := s.atlas.Authority(geo.Code(code))
	if !ok {
		return statement.Area{}, errs.NotFound("authority", code)
	}
	return statement.AuthorityArea(s.atlas, authority), nil
}
