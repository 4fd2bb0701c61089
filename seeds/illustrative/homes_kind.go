package illustrative

import (
	"slices"

	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
)

const (
	communityCare       = carehomesv1.BedType_BED_TYPE_COMMUNITY_CARE
	dementiaNursing     = carehomesv1.BedType_BED_TYPE_DEMENTIA_NURSING
	dementiaResidential = carehomesv1.BedType_BED_TYPE_DEMENTIA_RESIDENTIAL
	generalNursing      = carehomesv1.BedType_BED_TYPE_GENERAL_NURSING
	generalResidential  = carehomesv1.BedType_BED_TYPE_GENERAL_RESIDENTIAL
	learningNursing     = carehomesv1.BedType_BED_TYPE_LEARNING_DISABILITY_NURSING
	learningResidential = carehomesv1.BedType_BED_TYPE_LEARNING_DISABILITY_RESIDENTIAL
	mentalNursing       = carehomesv1.BedType_BED_TYPE_MENTAL_HEALTH_NURSING
	mentalResidential   = carehomesv1.BedType_BED_TYPE_MENTAL_HEALTH_RESIDENTIAL
	transitional        = carehomesv1.BedType_BED_TYPE_TRANSITIONAL
	youngPhysical       = carehomesv1.BedType_BED_TYPE_YOUNG_PHYSICALLY_DISABLED
	nursingService      = carehomesv1.CareHomeService_CARE_HOME_SERVICE_NURSING
	residentialService  = carehomesv1.CareHomeService_CARE_HOME_SERVICE_RESIDENTIAL
	bandDementia        = carehomesv1.UserBand_USER_BAND_DEMENTIA
	bandOlder           = carehomesv1.UserBand_USER_BAND_OLDER_PEOPLE
	bandPhysical        = carehomesv1.UserBand_USER_BAND_PHYSICAL_DISABILITY
	bandSensory         = carehomesv1.UserBand_USER_BAND_SENSORY_IMPAIRMENT
	bandLearning        = carehomesv1.UserBand_USER_BAND_LEARNING_DISABILITY_OR_AUTISM
	bandMental          = carehomesv1.UserBand_USER_BAND_MENTAL_HEALTH
	bandYounger         = carehomesv1.UserBand_USER_BAND_YOUNGER_ADULTS
	lastBedType         = int(youngPhysical)
)

// mix is a way in which a home's beds are split between types, by weight.
type mix map[carehomesv1.BedType]int

// mixOf draws what kind of home it is: how often each mix is met is our own.
func mixOf(s *stream, kind string) mix {
	choose := func(weights []int, mixes ...mix) mix { return mixes[s.pick(weights...)] }
	switch kind {
	case olderResidential:
		return choose([]int{40, 42, 10, 8},
			mix{generalResidential: 1},
			mix{generalResidential: 6, dementiaResidential: 4},
			mix{dementiaResidential: 1},
			mix{generalResidential: 8, dementiaResidential: 3, transitional: 1})
	case olderNursing:
		return choose([]int{35, 40, 15, 10},
			mix{generalNursing: 6, generalResidential: 2},
			mix{generalNursing: 4, dementiaNursing: 3, generalResidential: 2, dementiaResidential: 1},
			mix{dementiaNursing: 1},
			mix{generalNursing: 6, dementiaNursing: 2, communityCare: 1, transitional: 1})
	case workingAgeNursing:
		return choose([]int{4, 6}, mix{learningNursing: 1}, mix{mentalNursing: 1})
	}
	return choose([]int{60, 27, 13},
		mix{learningResidential: 1}, mix{mentalResidential: 1}, mix{youngPhysical: 1})
}

// bedsOf splits a home's beds between types.
func (p *Plan) bedsOf(s *stream, kind string, size counts) []beds {
	drawn := mixOf(s, kind)
	var rows []beds
	var weights []int
	for t := 1; t <= lastBedType; t++ {
		if w := drawn[carehomesv1.BedType(t)]; w > 0 {
			rows, weights = append(rows, beds{kind: carehomesv1.BedType(t)}), append(weights, w)
		}
	}
	maximum := deal(size["maximum"], weights, nil)
	used := deal(size["used"], scattered(s, maximum, 90, 100), maximum)
	vacant := make([]int, len(rows))
	for i := range rows {
		vacant[i] = maximum[i] - used[i]
	}
	admittable := deal(size["admittable"], vacant, vacant)
	for i := range rows {
		rows[i].maximum, rows[i].used, rows[i].admittable = maximum[i], used[i], admittable[i]
	}
	return slices.DeleteFunc(rows, func(b beds) bool { return b.maximum == 0 })
}

func has(rows []beds, kinds ...carehomesv1.BedType) bool {
	return slices.ContainsFunc(rows, func(b beds) bool { return slices.Contains(kinds, b.kind) })
}

func servicesOf(s *stream, kind string) []carehomesv1.CareHomeService {
	if kind == olderNursing || kind == workingAgeNursing {
		if s.chance(300) {
			return []carehomesv1.CareHomeService{nursingService, residentialService}
		}
		return []carehomesv1.CareHomeService{nursingService}
	}
	return []carehomesv1.CareHomeService{residentialService}
}

func bandsOf(s *stream, kind string, rows []beds) []carehomesv1.UserBand {
	var bands []carehomesv1.UserBand
	add := func(band carehomesv1.UserBand, holds bool) {
		if holds {
			bands = append(bands, band)
		}
	}
	if kind == olderResidential || kind == olderNursing {
		// CQC's dementia flag is for the whole location: more homes have it than beds.
		add(bandDementia, has(rows, dementiaNursing, dementiaResidential) || s.chance(350))
		add(bandOlder, true)
		add(bandPhysical, s.chance(450))
		add(bandSensory, s.chance(150))
		return bands
	}
	add(bandLearning, has(rows, learningNursing, learningResidential))
	add(bandMental, has(rows, mentalNursing, mentalResidential))
	add(bandPhysical, has(rows, youngPhysical))
	add(bandYounger, true)
	return bands
}
