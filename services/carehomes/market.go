// Package carehomes is the care home market: the register of homes, what they return of
// their beds, and what that makes of a district.
//
// Returns come in (rules.go), stand until a later one (pkg/ledger), and are added up
// (count.go) into a district's capacity with small numbers hidden (capacity.go). The
// server hands it out.
package carehomes

import (
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

// Service is the service's name: of its store, its health and its revisions.
const Service = "carehomes"

const (
	collection = "careHomes"
	prefix     = collection + "/"
)

// Book is the register of homes with their returns.
type Book = book.Book[*carehomesv1.CareHome, *carehomesv1.CareHomeReturn]

// Standing is a home with the return that stands for it.
type Standing = book.Standing[*carehomesv1.CareHome, *carehomesv1.CareHomeReturn]

// District is one district's homes in an authority's question.
type District = book.District[*carehomesv1.CareHome, *carehomesv1.CareHomeReturn]

// market tells the book what a home and its return mean.
type market struct {
	// atlas knows the districts of today.
	atlas *geo.Atlas
	rules Rules
}

var _ book.Market[*carehomesv1.CareHome, *carehomesv1.CareHomeReturn] = market{}

func (market) Collection() string { return collection }

func (market) Entry(h *carehomesv1.CareHome) ledger.Place {
	p := ledger.Place{
		ID:        strings.TrimPrefix(h.GetName(), prefix),
		Provider:  strings.TrimPrefix(h.GetProvider(), "providers/"),
		Districts: []string{strings.TrimPrefix(h.GetDistrict(), "districts/")},
	}
	if h.Latitude != nil && h.Longitude != nil {
		p.Point = &geo.Point{Latitude: h.GetLatitude(), Longitude: h.GetLongitude()}
	}
	return p
}

func (market) PlaceSource(h *carehomesv1.CareHome) string { return h.GetSourceId() }

func (m market) CheckPlace(h *carehomesv1.CareHome) error {
	var faults errs.Collector
	dates := map[string]string{
		"rating_date": h.GetRatingDate(), "registered_on": h.GetRegisteredOn(), "deregistered_on": h.GetDeregisteredOn(),
	}
	for _, field := range []string{"rating_date", "registered_on", "deregistered_on"} {
		if day := dates[field]; day != "" {
			if _, err := period.Parse(day); err != nil {
				faults.Add(field, "%s", err)
			}
		}
	}
	if from, to := h.GetRegisteredOn(), h.GetDeregisteredOn(); from != "" && to != "" && to < from {
		faults.Add("deregistered_on", "%s is before the home was registered, %s", to, from)
	}
	if h.GetPredecessor() != "" && h.GetPredecessor() == h.GetName() {
		faults.Add("predecessor", "a home cannot continue itself")
	}
	code := strings.TrimPrefix(h.GetDistrict(), "districts/")
	if _, known := m.atlas.District(geo.Code(code)); !known && code != "" {
		faults.Add("district", "%s is not a district of England today", code)
	}
	if h.GetSourceId() == "" {
		faults.Add("source_id", "say where the entry comes from")
	}
	return faults.Err()
}

func (market) StampPlace(h *carehomesv1.CareHome, entry ledger.Place) {
	h.Revision, h.RecordedAt = entry.Revision, book.Stamp(entry.RecordedAt)
}

func (market) Filing(r *carehomesv1.CareHomeReturn) ledger.Return {
	return ledger.Return{Place: strings.TrimPrefix(r.GetCareHome(), prefix), AsAt: r.GetAsAt()}
}

func (market) ReturnSource(r *carehomesv1.CareHomeReturn) string { return r.GetSourceId() }

func (market) StampReturn(r *carehomesv1.CareHomeReturn, filed ledger.Return) {
	r.Revision, r.RecordedAt, r.Name = filed.Revision, book.Stamp(filed.RecordedAt), ""
	if filed.ID != 0 {
		r.Name = book.ReturnName(collection, filed)
	} else {
		r.Flags = nil
	}
}

// openOn reports whether a home is on the register and operating on an ISO day.
func openOn(h *carehomesv1.CareHome, day string) bool {
	if h.GetDormant() || (h.GetRegisteredOn() != "" && day < h.GetRegisteredOn()) {
		return false
	}
	return h.GetDeregisteredOn() == "" || day <= h.GetDeregisteredOn()
}
