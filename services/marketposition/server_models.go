package marketposition

import (
	"context"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// ofMoment is a request that says of which day it is and as known when.
type ofMoment interface {
	GetAsAt() string
	GetKnownAt() *timestamppb.Timestamp
}

// asked is what a request of a model asks about an area.
func (s *Server) asked(area statement.Area, req ofMoment) (asking, error) {
	day, err := book.Day("as_at", req.GetAsAt(), s.today())
	if err != nil {
		return asking{}, err
	}
	knownAt, err := book.Moment(req.GetKnownAt())
	if err != nil {
		return asking{}, err
	}
	return asking{subject: area.Name, districts: area.Codes(), asAt: day.String(), knownAt: knownAt}, nil
}

// area finds the district or the authority that a name begins with.
func (s *Server) area(name string) (statement.Area, error) {
	if code, ok := strings.CutPrefix(name, facts.AuthorityPrefix); ok {
		code, _, _ = strings.Cut(code, "/")
		return s.authority(code)
	}
	code, _, _ := strings.Cut(strings.TrimPrefix(name, facts.DistrictPrefix), "/")
	return s.district(code)
}

// inputs reads all that a model may rest on about an area: what this service knows, and
// what the markets answer.
func (s *Server) inputs(ctx context.Context, area statement.Area, req ofMoment) (statement.Inputs, error) {
	q, err := s.asked(area, req)
	if err != nil {
		return statement.Inputs{}, err
	}
	least, _ := s.answers.mark(q)
	return s.gather(ctx, area, q, least)
}
