package seeds

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/geo"
	positionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/seeds/internal/table"
)

// England is what is known of every district, and the rates by which need is
// counted.
type England struct {
	Sources []Source
	// Files says what each data file holds and what it rests on.
	Files           []File
	Geography       geo.Tables
	Population      []Population
	PopulationBySex []PopulationBySex
	Projections     []Projection
	Dementia        []DementiaRate
	FundedResidents []FundedResidents
	CareHomeBeds    []CareHomeBeds
	Turnover        []Turnover
	HousingRatios   []HousingRatio
	Published       []PublishedFigure
	Claims          []Claim
	// Meanings say what words before a published number allow.
	Meanings []*positionv1.QualifierMeaning
}

// File describes one data file of seeds/england.
type File struct {
	Name      string
	SourceIDs []string
	Holds     string
}

// LoadEngland reads seeds/england. The error names every fault in any of its
// files, by file, row and column.
func LoadEngland(fsys fs.FS) (England, error) {
	var faults table.Faults
	sources := readSources(&faults, fsys, "england")
	england := England{
		Sources:         sources.list,
		Files:           readFiles(&faults, fsys, sources),
		Geography:       readGeography(&faults, fsys),
		Population:      readPopulation(&faults, fsys),
		PopulationBySex: readPopulationBySex(&faults, fsys),
		Projections:     readProjections(&faults, fsys),
		Dementia:        readDementia(&faults, fsys, sources),
		FundedResidents: readFundedResidents(&faults, fsys),
		CareHomeBeds:    readCareHomeBeds(&faults, fsys),
		Turnover:        readTurnover(&faults, fsys, sources),
		HousingRatios:   readHousingRatios(&faults, fsys, sources),
		Published:       readPublished(&faults, fsys, "england", sources),
		Meanings:        readMeanings(&faults, fsys, sources),
	}
	england.Claims = readClaims(&faults, fsys, "england", england.Published, sources)
	england.checkDistricts(&faults)
	return england, faults.Err()
}

// checkDistricts finds districts that a file lacks, has too often, or has without
// their being in districts.csv. A district made of others may be counted under
// its predecessors alone.
func (e England) checkDistricts(faults *table.Faults) {
	population, projections := make(map[geo.Code]int), make(map[geo.Code]int)
	for _, people := range e.Population {
		population[people.District]++
	}
	for _, projection := range e.Projections {
		for _, district := range projection.Districts {
			projections[district]++
		}
	}
	const bandsProjected = 3
	e.expect(faults, "england/population_2021.csv", population, 1)
	e.expect(faults, "england/projections_2012_based.csv", projections, bandsProjected)
}

func (e England) expect(faults *table.Faults, file string, rows map[geo.Code]int, want int) {
	made := make(map[geo.Code]bool)
	for _, succession := range e.Geography.Successions {
		made[succession.To] = true
	}
	for _, district := range e.Geography.Districts {
		n := rows[district.Code]
		if n != want && (n != 0 || !made[district.Code]) {
			faults.Add(fmt.Errorf("%s: %s (%s) has %d rows, it must have %d", file, district.Code, district.Name, n, want))
		}
		delete(rows, district.Code)
	}
	for _, unknown := range slices.Sorted(maps.Keys(rows)) {
		faults.Add(fmt.Errorf("%s: %s is not in england/districts.csv", file, unknown))
	}
}

// SourceIDs returns what a data file rests on as a whole: the sources of a figure
// from a file whose rows name none.
func (e England) SourceIDs(file string) []string {
	for _, f := range e.Files {
		if f.Name == file {
			return slices.Clone(f.SourceIDs)
		}
	}
	return nil
}

func readFiles(faults *table.Faults, fsys fs.FS, sources sources) []File {
	return table.Read(faults, fsys, "england/files.csv", []string{"file", "sources", "holds"}, func(row table.Row) File {
		file := File{Name: row.Required("file"), Holds: row.Required("holds")}
		for id := range strings.FieldsSeq(row.Required("sources")) {
			if !sources.known[id] {
				row.Fault("sources", "%q is not in sources.csv", id)
			}
			file.SourceIDs = append(file.SourceIDs, id)
		}
		return file
	})
}
