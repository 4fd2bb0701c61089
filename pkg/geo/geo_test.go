package geo_test

import (
	"testing"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
)

const (
	shire     = geo.Code("E10000001")
	eastShire = geo.Code("E07000001")
	westShire = geo.Code("E07000002")
	unitary   = geo.Code("E06000001")
	middle    = geo.Code("E12000001")
	north     = geo.Code("E12000002")
)

var today = period.NewDate(2026, 10, 31)

// miniature is a country of one county with two districts and one unitary.
func miniature() geo.Tables {
	return geo.Tables{
		Regions: []geo.Region{{Code: middle, Name: "Middle"}, {Code: north, Name: "North"}},
		Authorities: []geo.Authority{
			{Code: shire, Name: "Shire", Region: middle},
			{Code: unitary, Name: "Unitary", Region: north},
		},
		Districts: []geo.District{
			{Code: westShire, Name: "West Shire", Authority: shire, Region: middle, Hectares: 100},
			{Code: eastShire, Name: "East Shire", Authority: shire, Region: middle, Hectares: 200},
			{
				Code: unitary, Name: "Unitary", Authority: unitary, Region: north, Hectares: 300,
				Span: geo.Span{From: period.NewDate(2019, 4, 1)},
			},
		},
		Successions: []geo.Succession{
			{From: "E07000090", To: "E07000091", Name: "Old Town", On: period.NewDate(2012, 4, 1)},
			{From: "E07000091", To: unitary, Name: "New Town", On: period.NewDate(2019, 4, 1)},
			{From: "E07000092", To: eastShire, Name: "Divided", On: period.NewDate(2015, 4, 1)},
			{From: "E07000092", To: westShire, Name: "Divided", On: period.NewDate(2015, 4, 1)},
		},
		Outcodes: []geo.OutcodeCount{
			{Outcode: "AA1", District: westShire, Postcodes: 25},
			{Outcode: "AA1", District: eastShire, Postcodes: 75},
			{Outcode: "BB1", District: "E07000091", Postcodes: 10},
			{Outcode: "BB1", District: unitary, Postcodes: 30},
		},
	}
}

func atlasOf(t testing.TB, tables geo.Tables, day period.Date) *geo.Atlas {
	t.Helper()
	atlas, err := geo.NewAtlas(tables, day)
	if err != nil {
		t.Fatal(err)
	}
	return atlas
}
