package carehomes

import (
	"context"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/period"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// defaultVacancies is how many homes a search answers with when it does not say.
const defaultVacancies = 20

// vacancy is what a home can admit of a bed type; nil when too little. Reserved beds are
// never part of it.
func (s *Server) vacancy(home Standing, req *carehomesv1.FindVacanciesRequest, day period.Date) *carehomesv1.CareHomeVacancy {
	if !home.Returned || !openOn(home.Place, day.String()) {
		return nil
	}
	for _, b := range home.Return.GetBeds() {
		if b.GetBedType() != req.GetBedType() || b.GetAccepting() < max(1, req.GetBeds()) {
			continue
		}
		var t figure.Tally
		t.Expect(1)
		said, err := period.Parse(home.AsAt)
		t.Answer(home.AsAt, err == nil && period.Stale(said, day), home.Source)
		return &carehomesv1.CareHomeVacancy{
			CareHome: home.Place, BedType: b.GetBedType(),
			Admittable: t.Basis(home.AsAt).Count(int(b.GetAccepting()), commonv1.Unit_UNIT_BEDS),
		}
	}
	return nil
}

func (s *Server) vacancies(ctx context.Context, found []*carehomesv1.CareHomeVacancy, req *carehomesv1.FindVacanciesRequest) (*carehomesv1.FindVacanciesResponse, error) {
	limit := defaultVacancies
	if req.GetPageSize() > 0 {
		limit = int(req.GetPageSize())
	}
	sources, err := s.book.Sources(ctx)
	if err != nil {
		return nil, err
	}
	res := &carehomesv1.FindVacanciesResponse{Vacancies: found[:min(limit, len(found))]}
	res.Sources = sources.Cited(res)
	return res, nil
}
