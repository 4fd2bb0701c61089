package homecare

import (
	"context"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/ledger"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// GetHomeCareBranch fetches one branch.
func (s *Server) GetHomeCareBranch(ctx context.Context, req *homecarev1.GetHomeCareBranchRequest) (*homecarev1.GetHomeCareBranchResponse, error) {
	home, err := s.book.Get(ctx, strings.TrimPrefix(req.GetName(), prefix))
	if err != nil {
		return nil, err
	}
	return &homecarev1.GetHomeCareBranchResponse{HomeCareBranch: home}, nil
}

// ListHomeCareBranches lists the register in order of id.
func (s *Server) ListHomeCareBranches(ctx context.Context, req *homecarev1.ListHomeCareBranchesRequest) (*homecarev1.ListHomeCareBranchesResponse, error) {
	match, err := s.matcher(ctx, req)
	if err != nil {
		return nil, err
	}
	filter := ledger.Filter{District: req.GetDistrict(), Provider: req.GetProvider()}
	homes, token, err := s.book.ListPlaces(ctx, req, filter, match)
	if err != nil {
		return nil, err
	}
	return &homecarev1.ListHomeCareBranchesResponse{HomeCareBranches: homes, NextPageToken: token}, nil
}

// matcher is the part of a list's question that the store does not answer.
func (s *Server) matcher(ctx context.Context, req *homecarev1.ListHomeCareBranchesRequest) (func(*homecarev1.HomeCareBranch) bool, error) {
	today := s.book.Today().String()
	within, err := s.within(ctx, req.GetAuthority())
	if err != nil {
		return nil, err
	}
	if d := req.GetDistrict(); d != "" {
		if _, err := s.desk.District(d); err != nil {
			return nil, err
		}
	}
	title := strings.ToLower(req.GetTitle())
	return func(b *homecarev1.HomeCareBranch) bool {
		return (req.GetIncludeClosed() || openOn(b, today)) &&
			within(b) &&
			(req.GetZone() == "" || slices.Contains(b.GetZones(), "zones/"+req.GetZone())) &&
			(req.GetKind() == 0 || b.GetKind() == req.GetKind()) &&
			(req.GetRating() == 0 || b.GetRating() == req.GetRating()) &&
			(title == "" || strings.Contains(strings.ToLower(b.GetTitle()), title))
	}, nil
}

// within tells the branches that serve an authority or have their office there; all of them
// where it is empty.
func (s *Server) within(ctx context.Context, authority string) (func(*homecarev1.HomeCareBranch) bool, error) {
	if authority == "" {
		return func(*homecarev1.HomeCareBranch) bool { return true }, nil
	}
	_, districts, err := s.desk.Authority(authority)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(districts))
	for i, code := range districts {
		names[i] = "districts/" + code
	}
	var zones *Zones
	err = s.book.Ledger().Read(ctx, 0, func(v *ledger.View) (err error) {
		zones, err = zonesReaching(ctx, v.Queries(), v.Revision(), districts)
		return err
	})
	there := areaOf(names)
	return func(b *homecarev1.HomeCareBranch) bool {
		return slices.ContainsFunc(zones.districtsOf(b), func(d string) bool { return there[d] })
	}, err
}

// CreateHomeCareBranch adds a branch that is not on the register.
func (s *Server) CreateHomeCareBranch(ctx context.Context, req *homecarev1.CreateHomeCareBranchRequest) (*homecarev1.CreateHomeCareBranchResponse, error) {
	home, err := s.book.Create(ctx, req.GetHomeCareBranch(), req.GetSources())
	if err != nil {
		return nil, book.Under("home_care_branch", err)
	}
	return &homecarev1.CreateHomeCareBranchResponse{HomeCareBranch: home}, nil
}

// UpdateHomeCareBranch changes the fields that the mask names.
func (s *Server) UpdateHomeCareBranch(ctx context.Context, req *homecarev1.UpdateHomeCareBranchRequest) (*homecarev1.UpdateHomeCareBranchResponse, error) {
	id := strings.TrimPrefix(req.GetHomeCareBranch().GetName(), prefix)
	home, err := s.book.Update(ctx, id, func(stands *homecarev1.HomeCareBranch) (*homecarev1.HomeCareBranch, error) {
		return book.Named(stands, req.GetHomeCareBranch(), req.GetUpdateMask().GetPaths())
	})
	if err != nil {
		return nil, book.Under("home_care_branch", err)
	}
	return &homecarev1.UpdateHomeCareBranchResponse{HomeCareBranch: home}, nil
}

// BatchUpsertHomeCareBranches adds or replaces many branches.
func (s *Server) BatchUpsertHomeCareBranches(ctx context.Context, req *homecarev1.BatchUpsertHomeCareBranchesRequest) (*homecarev1.BatchUpsertHomeCareBranchesResponse, error) {
	results, revision, err := s.book.Upsert(ctx, req.GetHomeCareBranches(), book.Batch{Sources: req.GetSources(), AllOrNothing: req.GetAllOrNothing()})
	if err != nil {
		return nil, err
	}
	return &homecarev1.BatchUpsertHomeCareBranchesResponse{Results: results, Revision: revision}, nil
}
