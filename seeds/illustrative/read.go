package illustrative

import (
	"fmt"
	"io/fs"
	"math"

	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// settings is the one row of plan.csv.
type settings struct {
	seed                       uint64
	from, to, counted, settled period.Date
}

// mostMonths is how long a plan can be: ten years.
const mostMonths = 120

func readSettings(faults *table.Faults, files fs.FS, folder string) settings {
	file := folder + "/plan.csv"
	rows := table.Read(faults, files, file, []string{"seed", "from", "to", "counted", "settled_until"},
		func(row table.Row) settings {
			s := settings{
				seed: uint64(row.Count("seed")),
				from: firstOfMonth(row, "from"), to: firstOfMonth(row, "to"), counted: firstOfMonth(row, "counted"), settled: firstOfMonth(row, "settled_until"),
			}
			if s.counted.Before(s.from) || s.settled.Before(s.counted) || s.to.Before(s.settled) {
				row.Fault("", "from, counted, settled_until and to must follow each other")
			}
			if latest := s.from.AddMonths(mostMonths); s.to.After(latest) {
				row.Fault("to", "it is more than %d months after from", mostMonths)
				s.to = latest
			}
			return s
		})
	if len(rows) != 1 {
		faults.Add(fmt.Errorf("%s: it has %d rows, it must have 1", file, len(rows)))
		return settings{}
	}
	return rows[0]
}

// firstOfMonth reads a month, written as its first day.
func firstOfMonth(row table.Row, column string) period.Date {
	if row.Required(column) == "" {
		return period.Date{}
	}
	day := row.Date(column)
	if day.Day() > 1 {
		row.Fault(column, "write a month as its first day")
	}
	return day
}

func readSources(faults *table.Faults, files fs.FS) []*commonv1.Source {
	return table.Read(faults, files, "sources.csv", []string{"id", "title", "publisher", "licence", "note"},
		func(row table.Row) *commonv1.Source {
			return &commonv1.Source{
				Id: row.Required("id"), Kind: commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE,
				Title: row.Required("title"), Publisher: row.Required("publisher"),
				Licence: row.Required("licence"), Note: row.Required("note"),
			}
		})
}

// The ids of the sources.
const (
	registerSource = "illustrative-register"
	returnsSource  = "illustrative-returns"
	zonesSource    = "illustrative-zones"
)

// centre is the middle of a circle that lies within a district, in millionths of a
// degree and metres.
type centre struct{ latitude, longitude, radius int }

func readCentres(faults *table.Faults, files fs.FS) map[geo.Code]centre {
	centres := map[geo.Code]centre{}
	table.Read(faults, files, "centres.csv", []string{"district", "latitude", "longitude", "radius_metres"},
		func(row table.Row) struct{} {
			centres[row.Code("district")] = centre{
				latitude: millionths(row.Number("latitude")), longitude: millionths(row.Number("longitude")),
				radius: row.Count("radius_metres"),
			}
			return struct{}{}
		})
	return centres
}

// millionths is exact for what is written with up to six decimals.
func millionths(n float64) int { return int(math.Round(n * 1e6)) }

// answering says how well the places of a market answer; see answers.csv.
type answering struct {
	missed, silenceBegins, silenceMonths, never, late, outlier, mistake int
}

func readAnswering(faults *table.Faults, files fs.FS) map[string]answering {
	columns := []string{
		"market", "missed", "silence_begins", "silence_months", "never", "late", "outlier", "mistake", "rests_on", "note",
	}
	markets := map[string]answering{}
	table.Read(faults, files, "answers.csv", columns, func(row table.Row) struct{} {
		markets[row.OneOf("market", answeringMarkets...)] = answering{
			missed: row.Count("missed"), silenceBegins: row.Count("silence_begins"), silenceMonths: row.Count("silence_months"),
			never: row.Count("never"), late: row.Count("late"), outlier: row.Count("outlier"), mistake: row.Count("mistake"),
		}
		return struct{}{}
	})
	for _, name := range answeringMarkets {
		if _, ok := markets[name]; !ok {
			faults.Add(fmt.Errorf("answers.csv: %q is missing", name))
		}
	}
	return markets
}

// The markets that answer apart from those with a sheet.
const (
	outsideCQC = "outside_cqc"
	workforce  = "workforce"
)

var answeringMarkets = []string{careHomes.name, homeCare.name, outsideCQC, housing.name, workforce}

// seasons are the changes of the year, by month from January, in thousandths.
type seasons struct{ occupancy, hours [12]int }

func readSeasons(faults *table.Faults, files fs.FS) seasons {
	var s seasons
	next := 0
	table.Read(faults, files, "seasons.csv", []string{"month", "occupancy", "home_care_hours", "rests_on", "note"},
		func(row table.Row) struct{} {
			if row.Count("month") != next+1 || next == len(s.occupancy) {
				row.Fault("month", "the months are 1 to 12, in order")
				return struct{}{}
			}
			s.occupancy[next] = int(math.Round(row.Number("occupancy")))
			s.hours[next] = int(math.Round(row.Number("home_care_hours")))
			next++
			return struct{}{}
		})
	if next < len(s.occupancy) {
		faults.Add(fmt.Errorf("seasons.csv: it ends after month %d", next))
	}
	return s
}
