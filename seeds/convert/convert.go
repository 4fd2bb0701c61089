package main

import (
	"fmt"
	"io/fs"

	"github.com/caremarket/caremarket/seeds/internal/table"
)

// publications are the publishers' files, as far as they are carried over.
type publications struct {
	geography
	census      []censusPeople
	censusBySex []censusPeople
	dementia    []prevalence
	projections []projected
	funded      []council
	beds        []council
	turnover    []turnover
}

// convert reads the published files and returns those of seeds/england by name.
func convert(published fs.FS) (map[string][]byte, error) {
	var faults table.Faults
	read := publications{
		geography:   readGeography(&faults, published),
		census:      readCensus(&faults, published),
		censusBySex: readCensusBySex(&faults, published),
		dementia:    readDementia(&faults, published),
		projections: readProjections(&faults, published),
		funded:      readFunded(&faults, published),
		beds:        readBeds(&faults, published),
		turnover:    readTurnover(&faults, published),
	}
	if err := faults.Err(); err != nil {
		return nil, fmt.Errorf("the published files: %w", err)
	}
	files := make(map[string][]byte)
	for name, sheet := range read.sheets() {
		data, err := sheet.bytes()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files[name] = data
	}
	return files, nil
}

func (p publications) sheets() map[string]*sheet {
	return map[string]*sheet{
		"regions.csv":                p.regions(),
		"authorities.csv":            p.authorities(),
		"districts.csv":              p.districts(),
		"predecessors.csv":           p.predecessors(),
		"outcodes.csv":               p.outcodes(),
		"population_2021.csv":        p.population(),
		"population_2021_by_sex.csv": p.populationBySex(),
		"dementia_prevalence.csv":    p.dementiaRates(),
		"projections_2012_based.csv": p.projectionRows(),
		"funded_residents_2014.csv":  p.fundedResidents(),
		"care_home_beds_2014.csv":    p.careHomeBeds(),
		"workforce_turnover.csv":     p.turnoverRows(),
	}
}
