package housingwithcare

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
)

// ImportReturns keeps the returns of a file laid out as in
// docs/formats/housing-with-care-returns.md: a row for each scheme, day and tenure. Source
// is what the returns cite. The file is kept whole or not at all unless it is taken in
// part, and a return that the same source gave before is unchanged.
func ImportReturns(ctx context.Context, b *Book, src intake.Source, source *commonv1.Source, opts intake.Options) (intake.Report, error) {
	return b.ImportReturns(ctx, book.File{Source: src, Edition: source, Options: opts}, sheet{source: source.GetId()})
}

// sheet reads returns from the documented layout. Its columns have the names of the
// return's fields.
type sheet struct{ source string }

func (sheet) Layout() intake.Layout {
	return intake.Layout{
		Name: "housing with care returns",
		Columns: []string{
			"housing_scheme", "as_at", "tenure", "units", "occupied", "voids", "voids_reserved", "nominations_waiting",
		},
	}
}

func (sheet) Notes() []string { return nil }

func (sheet) Filing(row *intake.Row) (place, day string) {
	place = strings.TrimPrefix(row.Required("housing_scheme"), prefix)
	if on := row.Date("as_at"); !on.IsZero() {
		day = on.String()
	}
	return place, day
}

// tenureNames are the tenures as files write them.
var tenureNames = map[string]housingwithcarev1.Tenure{
	"affordable rent":  housingwithcarev1.Tenure_TENURE_AFFORDABLE_RENT,
	"shared ownership": housingwithcarev1.Tenure_TENURE_SHARED_OWNERSHIP,
	"outright sale":    housingwithcarev1.Tenure_TENURE_OUTRIGHT_SALE,
}

// Draft puts the tenures in one order, so that the same return is the same however its
// rows are sorted.
func (s sheet) Draft(h *housingwithcarev1.HousingScheme, day string, rows []*intake.Row) book.Draft[*housingwithcarev1.SchemeReturn] {
	r := &housingwithcarev1.SchemeReturn{HousingScheme: h.GetName(), AsAt: day, SourceId: s.source}
	type placed struct {
		row    int
		tenure *housingwithcarev1.TenureReturn
	}
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{i, readTenure(row)}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Compare(a.tenure.GetTenure(), b.tenure.GetTenure()) })
	at := map[string]int{"on_site_care": 0}
	for i, p := range all {
		r.Tenures = append(r.Tenures, p.tenure)
		at["tenures["+strconv.Itoa(i)+"]"] = p.row
	}
	readScheme(r, rows)
	return book.Draft[*housingwithcarev1.SchemeReturn]{Return: r, Rows: at}
}

func readTenure(row *intake.Row) *housingwithcarev1.TenureReturn {
	t := &housingwithcarev1.TenureReturn{
		Tenure:             tenureNames[row.OneOf("tenure", "affordable rent", "shared ownership", "outright sale")],
		Units:              int32(row.Count("units")),
		Occupied:           int32(row.Count("occupied")),
		Voids:              int32(row.Count("voids")),
		VoidsReserved:      int32(row.Count("voids_reserved")),
		NominationsWaiting: int32(row.Count("nominations_waiting")),
	}
	if days, given := row.OptionalFloat("referral_to_let_days"); given {
		t.ReferralToLetDays = &days
	}
	return t
}

// readScheme reads what is of the whole scheme, which any of its rows may say.
func readScheme(r *housingwithcarev1.SchemeReturn, rows []*intake.Row) {
	r.Residents = wholeNumber(agreed(rows, "residents", (*intake.Row).OptionalCount))
	r.ResidentsWithCare = wholeNumber(agreed(rows, "residents_with_care", (*intake.Row).OptionalCount))
	contracted := agreed(rows, "hours_contracted", (*intake.Row).OptionalFloat)
	used := agreed(rows, "hours_used", (*intake.Row).OptionalFloat)
	switch {
	case contracted != nil && used != nil:
		r.OnSiteCare = &housingwithcarev1.OnSiteCareReturn{HoursContracted: *contracted, HoursUsed: *used}
	case contracted != nil:
		rows[0].Fault("hours_used", "is empty, while hours_contracted is given: give both or neither")
	case used != nil:
		rows[0].Fault("hours_contracted", "is empty, while hours_used is given: give both or neither")
	}
}

// agreed reads a value that stands in at least one row of a return, the same in each; nil
// when it stands in none.
func agreed[T comparable](rows []*intake.Row, column string, read func(*intake.Row, string) (T, bool)) *T {
	var value *T
	said := 0
	for _, row := range rows {
		one, given := read(row, column)
		switch {
		case !given:
		case value == nil:
			value, said = &one, row.Number()
		case *value != one:
			row.Fault(column, "%v is not the %v of row %d: it is of the whole scheme", one, *value, said)
		}
	}
	return value
}

func wholeNumber(n *int) *int32 {
	if n == nil {
		return nil
	}
	return new(int32(*n))
}
