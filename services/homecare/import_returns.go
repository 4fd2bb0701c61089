package homecare

import (
	"context"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
)

// ImportReturns keeps the returns of a file: an extract of the Capacity Tracker, or rows
// by branch, day and zone (docs/formats/home-care-returns.md). Source is what they cite.
func ImportReturns(ctx context.Context, b *Book, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
	return b.ImportReturns(ctx, book.File{Source: src, Edition: source, Options: opts},
		zoneSheet{source: source.GetId()}, trackerSheet{source: source.GetId()})
}

type draft = book.Draft[*homecarev1.HomeCareReturn]

// zoneSheet is the layout of our own: a row for each branch, day and zone, or for the
// whole branch where the zone is empty.
type zoneSheet struct{ source string }

func (zoneSheet) Layout() intake.Layout {
	return intake.Layout{
		Name:    "home care returns",
		Columns: []string{"home_care_branch", "as_at", "zone", "hours_delivered", "hours_commissioned", "hours_spare"},
	}
}

func (zoneSheet) Notes() []string { return nil }

func (zoneSheet) Filing(row *intake.Row) (place, day string) {
	place = strings.TrimPrefix(row.Required("home_care_branch"), prefix)
	if d := row.Date("as_at"); !d.IsZero() {
		day = d.String()
	}
	return place, day
}

func (s zoneSheet) Draft(branch *homecarev1.HomeCareBranch, day string, rows []*intake.Row) draft {
	r := &homecarev1.HomeCareReturn{HomeCareBranch: branch.GetName(), AsAt: day, SourceId: s.source}
	d := draft{Return: r, Rows: map[string]int{}}
	for i, row := range rows {
		if z := zoneRow(row); saysAnything(z) {
			d.Rows[book.Part("zones", len(r.GetZones()))] = i
			r.Zones = append(r.Zones, z)
		}
		if w := waitingOf(row); w != nil {
			d.Rows[book.Part("waiting", len(r.GetWaiting()))] = i
			r.Waiting = append(r.Waiting, w)
		}
		if h := handedBackOf(row); h != nil {
			d.Rows[book.Part("handed_back", len(r.GetHandedBack()))] = i
			r.HandedBack = append(r.HandedBack, h)
		}
		if c := intermediateCareOf(row); c != nil {
			d.Rows[book.Part("intermediate_care", len(r.GetIntermediateCare()))] = i
			r.IntermediateCare = append(r.IntermediateCare, c)
		}
	}
	n, given := book.Headcounts(rows, "nurses_employed", "care_workers_employed", "non_care_workers_employed",
		"nurses_agency", "care_workers_agency", "non_care_workers_agency")
	if given {
		r.Staff = &homecarev1.StaffReturn{
			NursesEmployed: n[0], CareWorkersEmployed: n[1], NonCareWorkersEmployed: n[2],
			NursesAgency: n[3], CareWorkersAgency: n[4], NonCareWorkersAgency: n[5],
		}
	}
	return d
}

// zoneOf is the zone that a row is of, zones/{id}; "" for the whole branch.
func zoneOf(row *intake.Row) string {
	if id := row.Text("zone"); id != "" {
		return "zones/" + id
	}
	return ""
}

func zoneRow(row *intake.Row) *homecarev1.ZoneReturn {
	return &homecarev1.ZoneReturn{
		Zone: zoneOf(row), HoursDelivered: hours(row, "hours_delivered"), HoursCommissioned: hours(row, "hours_commissioned"),
		HoursSpare: hours(row, "hours_spare"), People: peopleOf(row),
	}
}

// hours reads hours a week; nil when they were not returned.
func hours(row *intake.Row, column string) *float64 {
	n, given := row.OptionalFloat(column)
	if !given {
		return nil
	}
	return &n
}

// peopleOf reads the people served, by who pays; nil when the row does not say.
func peopleOf(row *intake.Row) []*homecarev1.PeopleByPayer {
	var out []*homecarev1.PeopleByPayer
	for _, one := range []struct {
		column string
		payer  homecarev1.Payer
	}{
		{"people_this_council", homecarev1.Payer_PAYER_THIS_COUNCIL},
		{"people_nhs", homecarev1.Payer_PAYER_NHS},
		{"people_council_or_nhs", homecarev1.Payer_PAYER_COUNCIL_OR_NHS},
		{"people_direct_payment", homecarev1.Payer_PAYER_DIRECT_PAYMENT},
		{"people_self_funder", homecarev1.Payer_PAYER_SELF_FUNDER},
	} {
		if n, given := row.OptionalCount(one.column); given {
			out = append(out, &homecarev1.PeopleByPayer{Payer: one.payer, People: int32(n)})
		}
	}
	for _, c := range book.ByCouncils(row, "people_other_councils") {
		out = append(out, &homecarev1.PeopleByPayer{
			Payer: homecarev1.Payer_PAYER_ANOTHER_COUNCIL, PlacingAuthority: c.Authority, People: c.People,
		})
	}
	return out
}
