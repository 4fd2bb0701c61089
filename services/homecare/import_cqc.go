package homecare

import (
	"context"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/cqc"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// Locator puts the offices of branches in their districts; a *geo.Locator is one.
type Locator = cqc.Locator

// ImportCQC puts the domiciliary care services of CQC's care directory on the register,
// those that are care homes too among them. Source is the edition that they cite; see
// cqc.Source. Other locations are skipped, and a branch whose office cannot be placed in a
// district is rejected. The directory knows no zones and no intermediate care: a branch
// keeps the zones and the kind that it was registered with, and a new one is home care
// without zones.
func ImportCQC(ctx context.Context, b *Book, locate Locator, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
	file := book.File{Source: src, Edition: source, Options: opts}
	report, err := b.ImportPlaces(ctx, file, directory{locate: locate, source: source.GetId()})
	if report.Created > 0 {
		report.Notes = append(report.Notes, "the directory does not say which zones a branch serves: "+
			"new branches have none, and their hours count in no district until zones are recorded")
	}
	return report, err
}

// directory reads branches from CQC's directory.
type directory struct {
	locate Locator
	source string
}

func (directory) Layout() intake.Layout { return cqc.Layout() }

func (directory) Column(field string) string { return cqc.Column(field) }

func (d directory) Read(ctx context.Context, k *book.Bulk[*homecarev1.HomeCareBranch, *homecarev1.HomeCareReturn], row *intake.Row) (book.Row[*homecarev1.HomeCareBranch], error) {
	if !cqc.IsHomeCare(row) {
		return book.Row[*homecarev1.HomeCareBranch]{Skip: true}, nil
	}
	l := cqc.Read(row)
	branch := branchOf(l)
	branch.SourceId = d.source
	branch.District, branch.Placement = l.Place(row, d.locate)
	stands, err := k.Places(ctx, l.ID)
	if was, known := stands[l.ID]; known {
		branch.Kind, branch.Zones, branch.Predecessor = was.GetKind(), was.GetZones(), was.GetPredecessor()
	}
	return book.Row[*homecarev1.HomeCareBranch]{Place: branch}, err
}

func branchOf(l cqc.Location) *homecarev1.HomeCareBranch {
	b := &homecarev1.HomeCareBranch{
		Name: prefix + l.ID, Title: l.Title, Kind: homecarev1.SupplyKind_SUPPLY_KIND_HOME_CARE,
		ProviderTitle: l.ProviderTitle, Brand: l.Brand, Postcode: l.Postcode, Address: l.Address, Dormant: l.Dormant,
		Rating: homecarev1.Rating(l.Rating), RatingDate: l.RatingDate, RegisteredOn: l.Registered,
	}
	if l.Provider != "" {
		b.Provider = "providers/" + l.Provider
	}
	if l.Point != (geo.Point{}) {
		b.Latitude, b.Longitude = &l.Point.Latitude, &l.Point.Longitude
	}
	for i, flagged := range l.Bands {
		if flagged {
			b.UserBands = append(b.UserBands, homecarev1.UserBand_USER_BAND_CHILDREN+homecarev1.UserBand(i))
		}
	}
	return b
}
