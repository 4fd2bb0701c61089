package carehomes

import (
	"context"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/cqc"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Locator puts homes in their districts; a *geo.Locator is one.
type Locator = cqc.Locator

// ImportCQC puts the care homes of CQC's care directory on the register. Source is the
// edition that they cite, of an id of its own. Locations of other kinds are skipped, and a home
// that cannot be placed in a district is rejected. Homes that the directory does not list
// are left as they are.
func ImportCQC(ctx context.Context, b *Book, locate Locator, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
	file := book.File{Source: src, Edition: source, Options: opts}
	return b.ImportPlaces(ctx, file, directory{locate: locate, source: source.GetId()})
}

// directory reads care homes from CQC's directory.
type directory struct {
	locate Locator
	source string
}

func (directory) Layout() intake.Layout { return cqc.Layout() }

func (directory) Column(field string) string { return cqc.Column(field) }

func (d directory) Read(ctx context.Context, k *book.Bulk[*carehomesv1.CareHome, *carehomesv1.CareHomeReturn], row *intake.Row) (book.Row[*carehomesv1.CareHome], error) {
	if !cqc.IsCareHome(row) {
		return book.Row[*carehomesv1.CareHome]{Skip: true}, nil
	}
	l := cqc.Read(row)
	h := homeOf(l, int32(cqc.Beds(row)))
	h.SourceId = d.source
	h.District, h.Placement = l.Place(row, d.locate)
	stands, err := k.Places(ctx, l.ID)
	// The directory does not say which home another continues: whoever did is not undone.
	h.Predecessor = stands[l.ID].GetPredecessor()
	return book.Row[*carehomesv1.CareHome]{Place: h}, err
}

func homeOf(l cqc.Location, beds int32) *carehomesv1.CareHome {
	h := &carehomesv1.CareHome{
		Name: prefix + l.ID, Title: l.Title, ProviderTitle: l.ProviderTitle, Brand: l.Brand,
		Postcode: l.Postcode, Address: l.Address, RegisteredBeds: beds, Dormant: l.Dormant,
		Rating: carehomesv1.Rating(l.Rating), RatingDate: l.RatingDate, RegisteredOn: l.Registered,
	}
	if l.Provider != "" {
		h.Provider = "providers/" + l.Provider
	}
	if l.Point != (geo.Point{}) {
		h.Latitude, h.Longitude = &l.Point.Latitude, &l.Point.Longitude
	}
	if l.Nursing {
		h.Services = append(h.Services, carehomesv1.CareHomeService_CARE_HOME_SERVICE_NURSING)
	}
	if l.Residential {
		h.Services = append(h.Services, carehomesv1.CareHomeService_CARE_HOME_SERVICE_RESIDENTIAL)
	}
	for i, flagged := range l.Bands {
		if flagged {
			h.UserBands = append(h.UserBands, carehomesv1.UserBand_USER_BAND_CHILDREN+carehomesv1.UserBand(i))
		}
	}
	return h
}
