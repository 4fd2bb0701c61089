package homecare

import (
	"context"

	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/paging"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// ListZones lists the zones that councils commission by, in order of id.
func (s *Server) ListZones(ctx context.Context, req *homecarev1.ListZonesRequest) (*homecarev1.ListZonesResponse, error) {
	after, err := paging.Cursor(req, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	authority, size := "", paging.Size(req.GetPageSize())
	if req.GetAuthority() != "" {
		authority = "authorities/" + req.GetAuthority()
	}
	var zones []*homecarev1.Zone
	err = s.book.Ledger().Read(ctx, 0, func(v *ledger.View) (err error) {
		zones, err = zonesAfter(ctx, v.Queries(), v.Revision(), authority, after, size+1)
		return err
	})
	if err != nil {
		return nil, err
	}
	res := &homecarev1.ListZonesResponse{Zones: zones}
	if len(zones) > size {
		res.Zones = zones[:size]
		res.NextPageToken = paging.Token(req, bare(zones[size-1]))
	}
	sources, err := s.book.Sources(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(res.GetZones()))
	for i, z := range res.GetZones() {
		ids[i] = z.GetSourceId()
	}
	res.Sources = sources.Named(ids...)
	return res, nil
}
