package carehomes

import (
	"context"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/intake"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// ImportReturns keeps the returns of a file: an extract of the Capacity Tracker, or rows
// by home, day and bed type (docs/formats/care-home-returns.md). Source is what they cite.
func ImportReturns(ctx context.Context, b *Book, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
	return b.ImportReturns(ctx, book.File{Source: src, Edition: source, Options: opts},
		bedSheet{source: source.GetId()}, trackerSheet{source: source.GetId()})
}

type draft = book.Draft[*carehomesv1.CareHomeReturn]

// bedTypeNames are the bed types as a file writes them, in the order of their numbers:
// DHSC's names, from the metrics of "Get adult social care data".
var bedTypeNames = []string{
	"community_care", "dementia_nursing", "dementia_residential", "general_nursing", "general_residential",
	"learning_disability_nursing", "learning_disability_residential", "mental_health_nursing", "mental_health_residential",
	"transitional", "young_physically_disabled",
}

// bedSheet is the layout of our own: a row for each home, day and bed type.
type bedSheet struct{ source string }

func (bedSheet) Layout() intake.Layout {
	return intake.Layout{
		Name:    "care home returns",
		Columns: []string{"care_home", "as_at", "bed_type", "maximum", "used", "reserved", "accepting"},
	}
}

func (bedSheet) Notes() []string { return nil }

func (bedSheet) Filing(row *intake.Row) (place, day string) {
	place = strings.TrimPrefix(row.Required("care_home"), prefix)
	if d := row.Date("as_at"); !d.IsZero() {
		day = d.String()
	}
	return place, day
}

func (s bedSheet) Draft(home *carehomesv1.CareHome, day string, rows []*intake.Row) draft {
	r := &carehomesv1.CareHomeReturn{CareHome: home.GetName(), AsAt: day, SourceId: s.source}
	d := draft{Return: r, Rows: map[string]int{}}
	for i, row := range rows {
		d.Rows[book.Part("beds", len(r.GetBeds()))] = i
		r.Beds = append(r.Beds, &carehomesv1.BedReturn{
			BedType: bedTypeOf(row), Maximum: int32(row.Count("maximum")), Used: int32(row.Count("used")),
			Reserved: int32(row.Count("reserved")), Accepting: int32(row.Count("accepting")), Payers: payersOf(row),
		})
	}
	r.Staff = staffOf(rows, "nurses_employed", "care_workers_employed", "non_care_workers_employed",
		"nurses_agency", "care_workers_agency", "non_care_workers_agency")
	return d
}

func bedTypeOf(row *intake.Row) carehomesv1.BedType {
	name := row.OneOf("bed_type", bedTypeNames...)
	for i, known := range bedTypeNames {
		if name == known {
			return carehomesv1.BedType(i + 1)
		}
	}
	return carehomesv1.BedType_BED_TYPE_UNSPECIFIED
}

// payersOf reads who pays for the used beds of a row; nil when it does not say.
func payersOf(row *intake.Row) []*carehomesv1.UsedByPayer {
	var out []*carehomesv1.UsedByPayer
	for _, one := range []struct {
		column string
		payer  carehomesv1.Payer
	}{
		{"used_this_council", carehomesv1.Payer_PAYER_THIS_COUNCIL},
		{"used_nhs", carehomesv1.Payer_PAYER_NHS},
		{"used_self_funder", carehomesv1.Payer_PAYER_SELF_FUNDER},
	} {
		if n, given := row.OptionalCount(one.column); given {
			out = append(out, &carehomesv1.UsedByPayer{Payer: one.payer, Used: int32(n)})
		}
	}
	for _, c := range book.ByCouncils(row, "used_other_councils") {
		out = append(out, &carehomesv1.UsedByPayer{
			Payer: carehomesv1.Payer_PAYER_ANOTHER_COUNCIL, PlacingAuthority: c.Authority, Used: c.People,
		})
	}
	return out
}

// staffOf reads headcounts from columns in the order of the fields; nil when no row has
// any.
func staffOf(rows []*intake.Row, columns ...string) *carehomesv1.StaffReturn {
	n, given := book.Headcounts(rows, columns...)
	if !given {
		return nil
	}
	return &carehomesv1.StaffReturn{
		NursesEmployed: n[0], CareWorkersEmployed: n[1], NonCareWorkersEmployed: n[2],
		NursesAgency: n[3], CareWorkersAgency: n[4], NonCareWorkersAgency: n[5],
	}
}
