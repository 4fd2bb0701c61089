package homecare

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// Found is a branch that a question for standings found.
type Found = book.Found[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn]

// ListStandings lists the branches of a provider or an authority, and all others that
// serve any of the same zones: care comes to where people live, so that the zone decides
// who can give it, never the miles to an office.
func (s *Server) ListStandings(ctx context.Context, req *homecarev1.ListStandingsRequest) (*homecarev1.ListStandingsResponse, error) {
	zones := &Zones{}
	reach := func(ctx context.Context, v *ledger.View, asked []ledger.Standing, asAt string) (near []ledger.Standing, err error) {
		if zones, err = s.zonesServed(ctx, v, asked); err != nil {
			return nil, err
		}
		return s.serving(ctx, v, zones, asAt)
	}
	page, err := s.desk.Standings(ctx, req, reach, func(f Found, find func(string) *Standing, day period.Date) *commonv1.Standing {
		return s.sayStanding(f, find, day, zones, req.GetAuthority())
	})
	if err != nil {
		return nil, err
	}
	return &homecarev1.ListStandingsResponse{
		Standings: page.Standings, NextPageToken: page.Next, Revision: page.Revision, Sources: page.Sources,
	}, nil
}

// zonesServed are those that any of some branches serves.
func (s *Server) zonesServed(ctx context.Context, v *ledger.View, asked []ledger.Standing) (*Zones, error) {
	branches, err := s.book.Standings(ctx, v, asked)
	if err != nil {
		return nil, err
	}
	read := map[string]bool{}
	var served []*homecarev1.Zone
	for _, b := range branches {
		for _, name := range b.Place.GetZones() {
			if read[name] {
				continue
			}
			read[name] = true
			zone, err := zoneNamed(ctx, v.Queries(), v.Revision(), strings.TrimPrefix(name, zonePrefix))
			if err != nil {
				return nil, err
			}
			if zone != nil {
				served = append(served, zone)
			}
		}
	}
	return NewZones(served)
}

// serving reads every branch that serves any of some zones. Each counts in all the districts
// that a zone reaches, so that one of these is enough to look in.
func (s *Server) serving(ctx context.Context, v *ledger.View, zones *Zones, asAt string) ([]ledger.Standing, error) {
	var districts []string
	for _, zone := range zones.All() {
		districts = append(districts, strings.TrimPrefix(zone.GetShares()[0].GetDistrict(), "districts/"))
	}
	slices.Sort(districts)
	var near []ledger.Standing
	for _, district := range slices.Compact(districts) {
		read, err := v.InDistrict(ctx, district, asAt)
		if err != nil {
			return nil, err
		}
		there, err := s.book.Standings(ctx, v, read)
		if err != nil {
			return nil, err
		}
		for i, b := range there {
			if slices.ContainsFunc(b.Place.GetZones(), func(name string) bool { _, ok := zones.Get(name); return ok }) {
				near = append(near, read[i])
			}
		}
	}
	return near, nil
}

// sayStanding says whom an open branch serves and how many more it could, by zone. Of an
// authority only what is given in its zones is asked about, or without a zone from an
// office in its districts.
func (s *Server) sayStanding(f Found, find func(string) *Standing, day period.Date, zones *Zones, authority string) *commonv1.Standing {
	b := f.Place
	if !openOn(b, day.String()) {
		return nil
	}
	branch, _ := continued(f.Standing, find)
	said := &commonv1.Standing{
		Title: b.GetTitle(), Provider: b.GetProvider(), ProviderTitle: b.GetProviderTitle(),
		District: b.GetDistrict(), Rating: commonv1.StandingRating_STANDING_RATING_NOT_RATED,
	}
	if regulated(b.GetKind()) {
		said.Rating = book.Rated(b.GetRating())
	}
	book.SayReturn(said, branch, day)
	said.Kinds = kindsOf(b, branch.Return)
	for _, kind := range said.Kinds {
		kind.Asked = f.Asked && (authority == "" || s.commissions(authority, zones, kind.GetZone(), b))
	}
	return said
}

// commissions reports whether a council commissions by a zone; of what has no zone, by the
// branch's office.
func (s *Server) commissions(authority string, zones *Zones, zone string, b *homecarev1.HomeCareBranch) bool {
	if zone != "" {
		z, known := zones.Get(zone)
		return known && z.GetAuthority() == authority
	}
	_, districts, err := s.desk.Authority(authority)
	return err == nil && slices.Contains(districts, strings.TrimPrefix(b.GetDistrict(), "districts/"))
}

// kindsOf gives a branch's return by zone: its people, and how many more its spare hours
// would serve at the hours that each of them has now.
func kindsOf(b *homecarev1.HomeCareBranch, r *homecarev1.HomeCareReturn) []*commonv1.StandingKind {
	var kinds []*commonv1.StandingKind
	whole := rowsTogether(slices.DeleteFunc(slices.Clone(r.GetZones()), func(row *homecarev1.ZoneReturn) bool {
		return !hoursEach(rowsTogether([]*homecarev1.ZoneReturn{row}))
	}))
	places := givesPlaces(r)
	for _, row := range r.GetZones() {
		if places && b.GetKind() == homecarev1.SupplyKind_SUPPLY_KIND_INTERMEDIATE_CARE {
			break // Its places say whom it holds: once is enough.
		}
		part := rowsTogether([]*homecarev1.ZoneReturn{row})
		kind := &commonv1.StandingKind{
			Kind: book.Word(b.GetKind()), Zone: row.GetZone(), HoursDelivered: row.HoursDelivered, HoursSpare: row.HoursSpare,
		}
		if part.people.given {
			kind.People = new(int32(part.people.sum))
		}
		kind.Admittable, kind.Derivation = couldServe(row, part, whole)
		kinds = append(kinds, kind)
	}
	const intermediate = "INTERMEDIATE_CARE_PLACES"
	for _, row := range r.GetIntermediateCare() {
		if row.GetPlaces() == 0 {
			continue
		}
		kinds = append(kinds, &commonv1.StandingKind{
			Kind: intermediate, Zone: row.GetZone(), People: new(row.GetPlacesUsed()),
			Admittable: new(max(0, row.GetPlaces()-row.GetPlacesUsed())), Derivation: "places - places used",
		})
	}
	return kinds
}

// givesPlaces reports whether a return says how many places of intermediate care there are.
func givesPlaces(r *homecarev1.HomeCareReturn) bool {
	return slices.ContainsFunc(r.GetIntermediateCare(), func(row *homecarev1.IntermediateCareReturn) bool { return row.GetPlaces() > 0 })
}

func rowsTogether(rows []*homecarev1.ZoneReturn) portion {
	return portionOf(&homecarev1.HomeCareReturn{Zones: rows}, func(string) float64 { return 1 })
}

// couldServe is how many people more a row's spare hours would serve, with its derivation,
// or why that cannot be said. What is without a zone could be anywhere, so it is offered
// nowhere.
func couldServe(row *homecarev1.ZoneReturn, part, whole portion) (*int32, string) {
	switch {
	case row.GetZone() == "":
		return nil, "returned without a zone: nobody can say where"
	case row.HoursSpare == nil:
		return nil, "spare hours were not returned"
	case row.GetHoursSpare() == 0:
		return new(int32(0)), ""
	}
	each, of := part, "in the zone"
	if !hoursEach(each) {
		each, of = whole, "in the rows that say both, for want of it in this one"
	}
	if !hoursEach(each) {
		return nil, "hours a person cannot be said: people or hours delivered were not returned"
	}
	perPerson := each.delivered.sum / each.people.sum
	return new(int32(math.Floor(row.GetHoursSpare()/perPerson + exactly))), fmt.Sprintf(
		"%.1f spare hours / (%.1f hours delivered / %.0f people) %s, rounded down", row.GetHoursSpare(), each.delivered.sum, each.people.sum, of)
}

// exactly keeps a quotient of whole people from being rounded down by the last bit.
const exactly = 1e-9

func hoursEach(p portion) bool {
	return p.delivered.given && p.people.given && p.delivered.sum > 0 && p.people.sum > 0
}

// continued gives a branch that never returned anything the return of the branch that it
// continues under a new registration, where that is at hand.
func continued(s Standing, find func(name string) *Standing) (Standing, bool) {
	if s.Returned {
		return s, false
	}
	before := find(s.Place.GetPredecessor())
	if before == nil || !before.Returned {
		return s, false
	}
	s.Returned, s.Return, s.AsAt, s.Source = true, before.Return, before.AsAt, before.Source
	return s, true
}
