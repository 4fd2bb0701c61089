package homecare

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/paging"
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
	zone, ok := s.ref.Zones.Get("zones/" + req.GetZone())
	if !ok {
		return nil, errs.NotFound("zone", req.GetZone())
	}
	day, err := book.Day("as_at", req.GetAsAt(), s.book.Today())
	if err != nil {
		return nil, err
	}
	var found []*homecarev1.SpareHours
	err = s.book.Ledger().Read(ctx, 0, func(v *ledger.View) error {
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

// ListZones lists the zones that councils commission by, in order of their names.
func (s *Server) ListZones(ctx context.Context, req *homecarev1.ListZonesRequest) (*homecarev1.ListZonesResponse, error) {
	after, err := paging.Cursor(req, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	from := 0
	if after != "" {
		if from, err = strconv.Atoi(after); err != nil || from < 0 {
			return nil, errs.Invalid(errs.Violation{Field: "page_token", Description: "is not one that this listing gave"})
		}
	}
	zones := s.ref.Zones.All()
	if req.GetAuthority() != "" {
		zones = s.ref.Zones.OfAuthority("authorities/" + req.GetAuthority())
	}
	from = min(from, len(zones))
	end := min(from+paging.Size(req.GetPageSize()), len(zones))
	res := &homecarev1.ListZonesResponse{Zones: zones[from:end]}
	if end < len(zones) {
		res.NextPageToken = paging.Token(req, strconv.Itoa(end))
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
