// Package homecare is the home care market: the branches and the zones they serve, the
// supply outside CQC, what they return, and what that makes of a district.
//
// A branch's hours belong to the zones it serves, not to its office, and a zone counts in
// a district by the share of it that lies there. What a branch returns without a zone is
// counted for the authority of its office, apart from the rest, and in no district.
//
// Returns come in (rules.go), stand until a later one (pkg/ledger), are cut by zone
// (portion.go) and added up (count.go), and become a district's capacity with small
// numbers hidden (disclosure.go, capacity.go).
package homecare

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

const (
	collection = "homeCareBranches"
	prefix     = collection + "/"
)

// Standing is a branch with the return that stands for it.
type Standing = book.Standing[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn]

// market tells the book what a branch and its return mean.
type market struct {
	// atlas knows the districts of today.
	atlas *geo.Atlas
	// zones are those of the write that the market is used in.
	zones *Zones
	rules Rules
}

var _ book.Situated[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn] = market{}

// In is the market with the zones that are known in a write.
func (m market) In(ctx context.Context, c *ledger.Commit) (book.Market[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn], error) {
	zones, err := everyZone(ctx, c.Tx(), c.Revision())
	m.zones = zones
	return m, err
}

func (market) Collection() string { return collection }

// Entry files a branch under every district that its zones reach into, and its office's.
func (m market) Entry(b *homecarev1.HomeCareBranch) ledger.Place {
	p := ledger.Place{
		ID:        strings.TrimPrefix(b.GetName(), prefix),
		Provider:  strings.TrimPrefix(b.GetProvider(), "providers/"),
		Districts: m.zones.codesOf(b),
	}
	if b.Latitude != nil && b.Longitude != nil {
		p.Point = &geo.Point{Latitude: b.GetLatitude(), Longitude: b.GetLongitude()}
	}
	return p
}

func (market) PlaceSource(b *homecarev1.HomeCareBranch) string { return b.GetSourceId() }

func (m market) CheckPlace(b *homecarev1.HomeCareBranch) error {
	var faults errs.Collector
	for _, d := range []struct{ field, day string }{
		{"rating_date", b.GetRatingDate()}, {"registered_on", b.GetRegisteredOn()}, {"deregistered_on", b.GetDeregisteredOn()},
	} {
		if d.day == "" {
			continue
		}
		if _, err := period.Parse(d.day); err != nil {
			faults.Add(d.field, "%s", err)
		}
	}
	if from, to := b.GetRegisteredOn(), b.GetDeregisteredOn(); from != "" && to != "" && to < from {
		faults.Add("deregistered_on", "%s is before the branch was registered, %s", to, from)
	}
	for i, zone := range b.GetZones() {
		if _, known := m.zones.Get(zone); !known {
			faults.Add(fmt.Sprintf("zones[%d]", i), "%s is not a known zone", zone)
		}
	}
	if b.GetPredecessor() != "" && b.GetPredecessor() == b.GetName() {
		faults.Add("predecessor", "a branch cannot continue itself")
	}
	code := strings.TrimPrefix(b.GetDistrict(), "districts/")
	if _, known := m.atlas.District(geo.Code(code)); !known && code != "" {
		faults.Add("district", "%s is not a district of England today", code)
	}
	if b.GetSourceId() == "" {
		faults.Add("source_id", "say where the entry comes from")
	}
	return faults.Err()
}

func (market) StampPlace(b *homecarev1.HomeCareBranch, entry ledger.Place) {
	b.Revision, b.RecordedAt = entry.Revision, book.Stamp(entry.RecordedAt)
}

func (market) Filing(r *homecarev1.HomeCareReturn) ledger.Return {
	return ledger.Return{Place: strings.TrimPrefix(r.GetHomeCareBranch(), prefix), AsAt: r.GetAsAt()}
}

func (market) ReturnSource(r *homecarev1.HomeCareReturn) string { return r.GetSourceId() }

func (market) StampReturn(r *homecarev1.HomeCareReturn, filed ledger.Return) {
	r.Revision, r.RecordedAt, r.Name = filed.Revision, book.Stamp(filed.RecordedAt), ""
	if filed.ID != 0 {
		r.Name = book.ReturnName(collection, filed)
	} else {
		r.Flags = nil
	}
}

// openOn reports whether a branch is on the register and operating on an ISO day.
func openOn(b *homecarev1.HomeCareBranch, day string) bool {
	if b.GetDormant() || day < b.GetRegisteredOn() {
		return false
	}
	return b.GetDeregisteredOn() == "" || day <= b.GetDeregisteredOn()
}

// regulated reports whether supply of a kind is registered with CQC.
func regulated(kind homecarev1.SupplyKind) bool {
	return kind == homecarev1.SupplyKind_SUPPLY_KIND_HOME_CARE || kind == homecarev1.SupplyKind_SUPPLY_KIND_INTERMEDIATE_CARE
}

// group is who decides over a branch: the brand where there is one, else the provider,
// else, where the register does not say, the branch alone.
func group(b *homecarev1.HomeCareBranch) string {
	if b.GetBrand() != "" {
		return "brand/" + b.GetBrand()
	}
	return cmp.Or(b.GetProvider(), b.GetName())
}
