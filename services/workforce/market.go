// Package workforce is the workforce market: the register of employers, what they return
// of their posts, and what that makes of a district.
//
// Returns come in (rules.go, or many at once by import.go), stand until a later one
// (pkg/ledger), and are added up (count.go, posts.go) into a district's capacity
// (capacity.go, use.go). What would give small numbers of people or single employers away
// is withheld (disclosure.go), with what it could be worked out from (closing.go). The
// server hands it out.
package workforce

import (
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/ledger"
	"github.com/caremarket/caremarket/pkg/period"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// Service is the service's name: of its store, its health and its revisions.
const Service = "workforce"

const (
	collection = "employers"
	prefix     = collection + "/"
)

// Book is the register of employers with their returns.
type Book = book.Book[*workforcev1.Employer, *workforcev1.EmployerReturn]

// Standing is an employer with the return that stands for it.
type Standing = book.Standing[*workforcev1.Employer, *workforcev1.EmployerReturn]

// District is one district's employers in an authority's question.
type District = book.District[*workforcev1.Employer, *workforcev1.EmployerReturn]

// market tells the book what an employer and its return mean.
type market struct{ rules Rules }

var _ book.Market[*workforcev1.Employer, *workforcev1.EmployerReturn] = market{}

func (market) Collection() string { return collection }

func (market) Entry(e *workforcev1.Employer) ledger.Place {
	p := ledger.Place{
		ID:        strings.TrimPrefix(e.GetName(), prefix),
		Provider:  strings.TrimPrefix(e.GetProvider(), "providers/"),
		Districts: []string{strings.TrimPrefix(e.GetDistrict(), "districts/")},
	}
	if e.Latitude != nil && e.Longitude != nil {
		p.Point = &geo.Point{Latitude: e.GetLatitude(), Longitude: e.GetLongitude()}
	}
	return p
}

func (market) PlaceSource(e *workforcev1.Employer) string { return e.GetSourceId() }

func (market) CheckPlace(e *workforcev1.Employer) error {
	var faults errs.Collector
	for _, date := range []struct{ field, day string }{
		{"opened_on", e.GetOpenedOn()}, {"closed_on", e.GetClosedOn()},
	} {
		if date.day == "" {
			continue
		}
		if _, err := period.Parse(date.day); err != nil {
			faults.Add(date.field, "%s", err)
		}
	}
	if from, to := e.GetOpenedOn(), e.GetClosedOn(); from != "" && to != "" && to < from {
		faults.Add("closed_on", "%s is before the employer opened, %s", to, from)
	}
	for i, other := range e.GetOtherServices() {
		if other == e.GetMainService() {
			faults.Add(at("other_services", i), "is the main service already")
		}
	}
	if e.GetPredecessor() != "" && e.GetPredecessor() == e.GetName() {
		faults.Add("predecessor", "an employer cannot continue itself")
	}
	if e.GetSourceId() == "" {
		faults.Add("source_id", "say where the entry comes from")
	}
	return faults.Err()
}

func (market) StampPlace(e *workforcev1.Employer, entry ledger.Place) {
	e.Revision, e.RecordedAt = entry.Revision, book.Stamp(entry.RecordedAt)
}

func (market) Filing(r *workforcev1.EmployerReturn) ledger.Return {
	return ledger.Return{Place: strings.TrimPrefix(r.GetEmployer(), prefix), AsAt: r.GetAsAt()}
}

func (market) ReturnSource(r *workforcev1.EmployerReturn) string { return r.GetSourceId() }

func (market) StampReturn(r *workforcev1.EmployerReturn, filed ledger.Return) {
	r.Revision, r.RecordedAt, r.Name = filed.Revision, book.Stamp(filed.RecordedAt), ""
	if filed.ID != 0 {
		r.Name = book.ReturnName(collection, filed)
	} else {
		r.Flags = nil
	}
}

// openOn reports whether an employer employs on an ISO day.
func openOn(e *workforcev1.Employer, day string) bool {
	return (e.GetOpenedOn() == "" || day >= e.GetOpenedOn()) && (e.GetClosedOn() == "" || day <= e.GetClosedOn())
}
