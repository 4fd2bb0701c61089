// Package cqc reads the Care Quality Commission's "care directory with filters": one row
// for each location on its register. It keeps nothing of persons: neither the registered
// manager nor the nominated individual, nor any telephone number.
package cqc

import (
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/intake"
)

// Columns of the directory, as CQC heads them.
const (
	columnID            = "Location ID"
	columnRegistered    = "Location HSCA start date"
	columnDormant       = "Dormant (Y/N)"
	columnCareHome      = "Care home?"
	columnTitle         = "Location Name"
	columnBeds          = "Care homes beds"
	columnRating        = "Location Latest Overall Rating"
	columnRatingDate    = "Publication Date"
	columnStreet        = "Location Street Address"
	columnAddress       = "Location Address Line 2"
	columnCity          = "Location City"
	columnCounty        = "Location County"
	columnPostcode      = "Location Postal Code"
	columnLatitude      = "Location Latitude"
	columnLongitude     = "Location Longitude"
	columnBrand         = "Brand Name"
	columnProvider      = "Provider ID"
	columnProviderTitle = "Provider Name"
	columnNursing       = "Service type - Care home service with nursing"
	columnResidential   = "Service type - Care home service without nursing"
	columnHomeCare      = "Service type - Domiciliary care service"
	bandPrefix          = "Service user band - "
)

// Layout is the directory's header row. It moves down and up between releases, so it is
// found by its names.
func Layout() intake.Layout {
	columns := []string{
		columnID, columnRegistered, columnDormant, columnCareHome, columnTitle, columnBeds, columnRating, columnRatingDate,
		columnStreet, columnAddress, columnCity, columnCounty, columnPostcode, columnLatitude, columnLongitude,
		columnBrand, columnProvider, columnProviderTitle, columnNursing, columnResidential, columnHomeCare,
	}
	for _, b := range Bands {
		columns = append(columns, bandPrefix+b)
	}
	return intake.Layout{Name: "CQC care directory with filters", Columns: columns}
}

// Bands are CQC's service user bands. Their order is that of the UserBand enums.
var Bands = [...]string{
	"Children 0-18 years",
	"Dementia",
	"People detained under the Mental Health Act",
	"People who misuse drugs and alcohol",
	"People with an eating disorder",
	"Learning disabilities or autistic spectrum disorder",
	"Mental Health",
	"Older People",
	"Physical Disability",
	"Sensory Impairment",
	"Whole Population",
	"Younger Adults",
}

// Location is one row of the directory.
type Location struct {
	ID, Title string
	Dormant   bool
	Rating    Rating
	// Registered and RatingDate are ISO days; "" where the directory does not say.
	Registered, RatingDate string
	Address, Postcode      string
	// Point is zero where there are no coordinates.
	Point geo.Point
	Brand string
	// Provider is the provider's id; "" where the directory does not say.
	Provider, ProviderTitle string
	// Nursing and Residential are the care home services that it is registered for.
	Nursing, Residential bool
	// Bands says which of Bands are flagged, by position.
	Bands [len(Bands)]bool
}

// IsCareHome reports whether a row is of a care home.
func IsCareHome(row *intake.Row) bool { return flag(row, columnCareHome) }

// IsHomeCare reports whether a row is of a domiciliary care service. A location can be
// that and a care home at once.
func IsHomeCare(row *intake.Row) bool { return flag(row, columnHomeCare) }

// Read reads a row, noting on it whatever is wrong.
func Read(row *intake.Row) Location {
	l := Location{
		ID: row.Required(columnID), Title: row.Required(columnTitle),
		Dormant: flag(row, columnDormant), Registered: day(row, columnRegistered), RatingDate: day(row, columnRatingDate),
		Rating: rating(row), Address: address(row), Postcode: postcode(row.Text(columnPostcode)), Point: point(row),
		Brand: brand(row.Text(columnBrand)), Provider: row.Text(columnProvider), ProviderTitle: row.Text(columnProviderTitle),
		Nursing: flag(row, columnNursing), Residential: flag(row, columnResidential),
	}
	for i, b := range Bands {
		l.Bands[i] = flag(row, bandPrefix+b)
	}
	return l
}

// Beds reads how many beds a care home is registered for; every care home has some.
func Beds(row *intake.Row) int { return row.Count(columnBeds) }

// flag reads a cell that is Y or, where it is not, N or blank.
func flag(row *intake.Row, column string) bool {
	switch text := row.Text(column); strings.ToUpper(text) {
	case "Y":
		return true
	case "N", "":
	default:
		row.Fault(column, "%q is neither Y nor N nor blank", text)
	}
	return false
}

// brand is blank for the dash that the directory has where there is none.
func brand(text string) string {
	if text == "-" {
		return ""
	}
	return strings.TrimPrefix(text, "BRAND ")
}

// day reads a date, which this file writes as 31/01/2024.
func day(row *intake.Row, column string) string {
	if d := row.OptionalDate(column); !d.IsZero() {
		return d.String()
	}
	return ""
}

func address(row *intake.Row) string {
	var lines []string
	for _, column := range []string{columnStreet, columnAddress, columnCity, columnCounty} {
		if text := row.Text(column); text != "" {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, ", ")
}

// postcode spaces a postcode as Royal Mail does: the inward code is the last three.
func postcode(text string) string {
	tight := strings.ToUpper(strings.Join(strings.Fields(text), ""))
	const inward = 3
	if len(tight) <= inward {
		return tight
	}
	return tight[:len(tight)-inward] + " " + tight[len(tight)-inward:]
}

// point reads the coordinates: both or none. The register knows places of England only.
func point(row *intake.Row) geo.Point {
	latitude, has := row.OptionalFloat(columnLatitude)
	longitude, hasToo := row.OptionalFloat(columnLongitude)
	if (row.Text(columnLatitude) == "") != (row.Text(columnLongitude) == "") {
		row.Fault(columnLatitude, "latitude and longitude go together")
	}
	if !has || !hasToo {
		return geo.Point{}
	}
	return geo.Point{Latitude: latitude, Longitude: longitude}
}

// Column is the column that a field of a place on a register was read from.
func Column(field string) string {
	if column, known := columns[field]; known {
		return column
	}
	return ""
}

var columns = map[string]string{
	"name": columnID, "title": columnTitle, "provider": columnProvider, "provider_title": columnProviderTitle,
	"brand": columnBrand, "postcode": columnPostcode, "address": columnStreet, "latitude": columnLatitude,
	"longitude": columnLongitude, "registered_beds": columnBeds, "rating_date": columnRatingDate, "registered_on": columnRegistered,
}
