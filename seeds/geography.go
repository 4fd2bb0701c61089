package seeds

import (
	"io/fs"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// Atlas reads England's geography and makes the atlas of one day. The error
// names every fault, by file, row and column.
func Atlas(fsys fs.FS, day period.Date) (*geo.Atlas, error) {
	var faults table.Faults
	tables := readGeography(&faults, fsys)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return geo.NewAtlas(tables, day)
}

func readGeography(faults *table.Faults, fsys fs.FS) geo.Tables {
	return geo.Tables{
		Regions: table.Read(faults, fsys, "england/regions.csv",
			[]string{"code", "name", "valid_from", "valid_to"}, region),
		Authorities: table.Read(faults, fsys, "england/authorities.csv",
			[]string{"code", "name", "region_code", "valid_from", "valid_to"}, authority),
		Districts: table.Read(faults, fsys, "england/districts.csv",
			[]string{"code", "name", "authority_code", "region_code", "area_hectares", "valid_from", "valid_to"}, district),
		Successions: table.Read(faults, fsys, "england/predecessors.csv",
			[]string{"code", "name", "successor_code", "from"}, succession),
		Outcodes: table.Read(faults, fsys, "england/outcodes.csv",
			[]string{"outcode", "district", "postcodes"}, outcode),
	}
}

func region(row table.Row) geo.Region {
	return geo.Region{Code: row.Code("code"), Name: row.Required("name"), Span: span(row)}
}

func authority(row table.Row) geo.Authority {
	return geo.Authority{Code: row.Code("code"), Name: row.Required("name"), Region: row.Code("region_code"), Span: span(row)}
}

func district(row table.Row) geo.District {
	return geo.District{
		Code:      row.Code("code"),
		Name:      row.Required("name"),
		Authority: row.Code("authority_code"),
		Region:    row.Code("region_code"),
		Hectares:  row.Number("area_hectares"),
		Span:      span(row),
	}
}

func span(row table.Row) geo.Span {
	return geo.Span{From: row.Date("valid_from"), To: row.Date("valid_to")}
}

func succession(row table.Row) geo.Succession {
	return geo.Succession{
		From: row.Code("code"), To: row.Code("successor_code"), Name: row.Required("name"), On: row.Date("from"),
	}
}

func outcode(row table.Row) geo.OutcodeCount {
	return geo.OutcodeCount{Outcode: row.Required("outcode"), District: row.Code("district"), Postcodes: row.Count("postcodes")}
}
