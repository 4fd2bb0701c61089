package seeds_test

import (
	"io/fs"
	"testing"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

type sampleHome struct {
	id   string
	beds int
	at   geo.Point
}

func sampleHomes(t testing.TB) []sampleHome {
	t.Helper()
	const id, beds, latitude, longitude = "Location ID", "Care homes beds", "Location Latitude", "Location Longitude"
	var faults table.Faults
	homes := table.Read(&faults, publishedData(t), "cqc/hsca_active_locations_sample_100.csv",
		[]string{id, beds, latitude, longitude}, func(row table.Row) sampleHome {
			at := geo.Point{Latitude: row.Number(latitude), Longitude: row.Number(longitude)}
			return sampleHome{row.Required(id), row.Count(beds), at}
		})
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	return homes
}

func publishedBoundaries(t testing.TB, atlas *geo.Atlas) *geo.Boundaries {
	t.Helper()
	data, err := fs.ReadFile(publishedData(t), "boundaries/geographr_boundaries_ltla24_england.geojson")
	if err != nil {
		t.Fatal(err)
	}
	boundaries, err := geo.ParseBoundaries(data, atlas)
	if err != nil {
		t.Fatal(err)
	}
	return boundaries
}
