// Package housingwithcare is the housing with care market: the register of schemes, what
// they return of their homes by tenure, and what that makes of a district.
//
// Returns come in (rules.go), by themselves or as a file (import.go), stand until a later
// one (pkg/ledger), are added up by kind and tenure (count.go) and become a district's
// capacity (capacity.go). What a reader may not see is hidden, with whatever it could be
// worked out from (disclosure.go, closing.go). Tenures stay apart throughout: a surplus of
// one never makes up for a shortage of another.
package housingwithcare

import (
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// Service is the service's name: of its store, its health and its revisions.
const Service = "housingwithcare"

const (
	collection = "housingSchemes"
	prefix     = collection + "/"
)

// Book is the register of schemes with their returns.
type Book = book.Book[*housingwithcarev1.HousingScheme, *housingwithcarev1.SchemeReturn]

// Standing is a scheme with the return that stands for it.
type Standing = book.Standing[*housingwithcarev1.HousingScheme, *housingwithcarev1.SchemeReturn]

// District is one district's schemes in an authority's question.
type District = book.District[*housingwithcarev1.HousingScheme, *housingwithcarev1.SchemeReturn]

// market tells the book what a scheme and its return mean.
type market struct{ rules Rules }

var _ book.Market[*housingwithcarev1.HousingScheme, *housingwithcarev1.SchemeReturn] = market{}

func (market) Collection() string { return collection }

func (market) Entry(h *housingwithcarev1.HousingScheme) ledger.Place {
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

func (market) PlaceSource(h *housingwithcarev1.HousingScheme) string { return h.GetSourceId() }

func (market) CheckPlace(h *housingwithcarev1.HousingScheme) error {
	var faults errs.Collector
	for _, d := range []struct{ field, day string }{{"opened_on", h.GetOpenedOn()}, {"closed_on", h.GetClosedOn()}} {
		if d.day == "" {
			continue
		}
		if _, err := period.Parse(d.day); err != nil {
			faults.Add(d.field, "%s", err)
		}
	}
	if from, to := h.GetOpenedOn(), h.GetClosedOn(); from != "" && to != "" && to < from {
		faults.Add("closed_on", "%s is before the scheme opened, %s", to, from)
	}
	if h.GetSourceId() == "" {
		faults.Add("source_id", "say where the entry comes from")
	}
	return faults.Err()
}

func (market) StampPlace(h *housingwithcarev1.HousingScheme, entry ledger.Place) {
	h.Revision, h.RecordedAt = entry.Revision, book.Stamp(entry.RecordedAt)
}

func (market) Filing(r *housingwithcarev1.SchemeReturn) ledger.Return {
	return ledger.Return{Place: strings.TrimPrefix(r.GetHousingScheme(), prefix), AsAt: r.GetAsAt()}
}

func (market) ReturnSource(r *housingwithcarev1.SchemeReturn) string { return r.GetSourceId() }

func (market) StampReturn(r *housingwithcarev1.SchemeReturn, filed ledger.Return) {
	r.Revision, r.RecordedAt, r.Name = filed.Revision, book.Stamp(filed.RecordedAt), ""
	if filed.ID != 0 {
		r.Name = book.ReturnName(collection, filed)
	} else {
		r.Flags = nil
	}
}

// openOn reports whether a scheme is let or lived in on an ISO day.
func openOn(h *housingwithcarev1.HousingScheme, day string) bool {
	return day >= h.GetOpenedOn() && (h.GetClosedOn() == "" || day <= h.GetClosedOn())
}
