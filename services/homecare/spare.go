package homecare

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// defaultSpare is how many branches a search answers with when it does not say.
const defaultSpare = 20

// FindSpareHours finds branches with spare hours in a zone, the most first. What a branch
// returns for its office only is in no zone, and is not found.
func (s *Server) FindSpareHours(ctx context.Context, req *homecarev1.FindSpareHoursRequest) (*homecarev1.FindSpareHoursResponse, error) {
	if err := book.SinglePlaces(ctx); err != nil {
		return nil, err
	}
	day, err := book.Day("as_at", req.GetAsAt(), s.book.Today())
	if err != nil {
		return nil, err
	}
	var found []*homecarev1.SpareHours
	err = s.book.Ledger().Read(ctx, 0, func(v *ledger.View) error {
		found = nil // A reading may be run again.
		zone, err := zoneNamed(ctx, v.Queries(), v.Revision(), req.GetZone())
		if err != nil {
			return err
		}
		if zone == nil {
			return errs.NotFound("zone", req.GetZone())
		}
		// Every branch that serves a zone counts in each district that the zone reaches.
		district := strings.TrimPrefix(zone.GetShares()[0].GetDistrict(), "districts/")
		branches, err := s.book.InDistrict(ctx, v, district, day.String())
		for _, b := range branches {
			if spare := spareIn(b, zone.GetName(), req, day); spare != nil {
				found = append(found, spare)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(found, func(a, b *homecarev1.SpareHours) int {
		return cmp.Compare(b.GetSpare().GetValue(), a.GetSpare().GetValue())
	})
	limit := defaultSpare
	if req.GetPageSize() > 0 {
		limit = int(req.GetPageSize())
	}
	sources, err := s.book.Sources(ctx)
	if err != nil {
		return nil, err
	}
	res := &homecarev1.FindSpareHoursResponse{SpareHours: found[:min(limit, len(found))]}
	res.Sources = sources.Cited(res)
	return res, nil
}

// spareIn is what a branch can take on in a zone; nil when too little, or not said.
func spareIn(b Standing, zone string, req *homecarev1.FindSpareHoursRequest, day period.Date) *homecarev1.SpareHours {
	if !b.Returned || !openOn(b.Place, day.String()) || (req.GetKind() != 0 && b.Place.GetKind() != req.GetKind()) {
		return nil
	}
	for _, row := range b.Return.GetZones() {
		if row.GetZone() != zone || row.GetHoursSpare() <= 0 || row.GetHoursSpare() < req.GetHours() {
			continue
		}
		var t figure.Tally
		t.Expect(1)
		said, err := period.Parse(b.AsAt)
		t.Answer(b.AsAt, err == nil && period.Stale(said, day), b.Source)
		return &homecarev1.SpareHours{
			HomeCareBranch: b.Place, Zone: zone,
			Spare: t.Basis(b.AsAt).Of(row.GetHoursSpare(), commonv1.Unit_UNIT_HOURS_PER_WEEK),
		}
	}
	return nil
}
