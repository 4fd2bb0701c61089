package marketposition

import (
	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	workforcev1 "github.com/caremarket/caremarket/proto/gen/caremarket/workforce/v1"
)

// The markets of the tests are small and round, so that what a statement makes of them can
// be worked by hand: in each district 500 residential beds and 300 nursing beds.

// basisOf is what a market's figures rest on.
func basisOf(source *commonv1.Source, responding, expected int) figure.Basis {
	return figure.Basis{
		SourceIDs: []string{source.GetId()}, AsAt: today.String(),
		Coverage:     &commonv1.Coverage{Responding: int32(responding), Expected: int32(expected)},
		Freshness:    &commonv1.Freshness{Newest: "2026-10-12", Oldest: "2026-07-09", Stale: 2},
		Illustrative: source.GetKind() == commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE,
	}
}

func bedUse(b figure.Basis, maximum, used, admittable int) *carehomesv1.BedUse {
	return &carehomesv1.BedUse{
		Maximum: b.Count(maximum, commonv1.Unit_UNIT_BEDS), Used: b.Count(used, commonv1.Unit_UNIT_PEOPLE),
		Vacant: b.Count(maximum-used, commonv1.Unit_UNIT_BEDS), Admittable: b.Count(admittable, commonv1.Unit_UNIT_BEDS),
	}
}

// homesOf is the care home market of so many districts together: in each, 440 of 500
// residential and 260 of 300 nursing beds used, 50 of the residents placed by others.
func homesOf(area string, districts int, from *commonv1.Source) *carehomesv1.CareHomeCapacity {
	b, n := basisOf(from, 18*districts, 20*districts), districts
	use := func(t carehomesv1.BedType, maximum, used, admittable int) *carehomesv1.BedTypeUse {
		return &carehomesv1.BedTypeUse{BedType: t, Homes: b.Count(9*n, commonv1.Unit_UNIT_HOMES), Use: bedUse(b, maximum*n, used*n, admittable*n)}
	}
	return &carehomesv1.CareHomeCapacity{
		Name: area + "/careHomeCapacity", AsAt: today.String(), Revision: 7,
		Homes: b.Count(20*n, commonv1.Unit_UNIT_HOMES), RegisteredBeds: b.Count(900*n, commonv1.Unit_UNIT_BEDS),
		Total: bedUse(b, 850*n, 740*n, 80*n), OlderPeople: bedUse(b, 800*n, 700*n, 76*n), WorkingAge: bedUse(b, 50*n, 40*n, 4*n),
		BedTypes: []*carehomesv1.BedTypeUse{
			use(carehomesv1.BedType_BED_TYPE_DEMENTIA_NURSING, 100, 90, 6), use(carehomesv1.BedType_BED_TYPE_DEMENTIA_RESIDENTIAL, 200, 180, 16),
			use(carehomesv1.BedType_BED_TYPE_GENERAL_NURSING, 200, 170, 20), use(carehomesv1.BedType_BED_TYPE_GENERAL_RESIDENTIAL, 300, 260, 34),
			use(carehomesv1.BedType_BED_TYPE_YOUNG_PHYSICALLY_DISABLED, 50, 40, 4),
		},
		PlacedByOtherAuthoritiesTotal: b.Count(50*n, commonv1.Unit_UNIT_PEOPLE),
		Sources:                       []*commonv1.Source{from},
	}
}

// homeCareOf serves 500 people in each district with 6,000 hours a week, 600 more to spare.
func homeCareOf(area string, districts int, from *commonv1.Source) *homecarev1.HomeCareCapacity {
	b, n := basisOf(from, 10*districts, 12*districts), float64(districts)
	return &homecarev1.HomeCareCapacity{
		Name: area + "/homeCareCapacity", AsAt: today.String(), Revision: 8,
		Branches: b.Of(12*n, commonv1.Unit_UNIT_BRANCHES), People: b.Of(500*n, commonv1.Unit_UNIT_PEOPLE),
		Hours: &homecarev1.HoursUse{
			Delivered: b.Of(6000*n, commonv1.Unit_UNIT_HOURS_PER_WEEK), Commissioned: b.Of(6200*n, commonv1.Unit_UNIT_HOURS_PER_WEEK),
			Spare: b.Of(600*n, commonv1.Unit_UNIT_HOURS_PER_WEEK),
		},
		OutsideCqc: &homecarev1.SupplyUse{Services: b.Of(3*n, commonv1.Unit_UNIT_SERVICES), People: b.Of(20*n, commonv1.Unit_UNIT_PEOPLE)},
		Sources:    []*commonv1.Source{from},
	}
}

// housingOf has 100 extra care homes for rent and 300 for ownership in each district, ten
// of each out of use, and 1,500 sheltered ones.
func housingOf(area string, districts int, from *commonv1.Source) *housingwithcarev1.HousingWithCareCapacity {
	b, n := basisOf(from, 6*districts, 6*districts), districts
	use := func(units, out int) *housingwithcarev1.UnitUse {
		return &housingwithcarev1.UnitUse{
			Units: b.Count(units*n, commonv1.Unit_UNIT_HOUSING_UNITS), Occupied: b.Count((units-out)*n, commonv1.Unit_UNIT_HOUSING_UNITS),
			OutOfUse: b.Count(out*n, commonv1.Unit_UNIT_HOUSING_UNITS),
		}
	}
	tenure := func(t housingwithcarev1.Tenure, units int) *housingwithcarev1.TenureUse {
		return &housingwithcarev1.TenureUse{Tenure: t, Use: use(units, 10)}
	}
	return &housingwithcarev1.HousingWithCareCapacity{
		Name: area + "/housingWithCareCapacity", AsAt: today.String(), Revision: 9, Total: use(1900, 30),
		Kinds: []*housingwithcarev1.KindUse{
			{
				Kind: housingwithcarev1.SchemeKind_SCHEME_KIND_EXTRA_CARE, Use: use(400, 30),
				Tenures: []*housingwithcarev1.TenureUse{
					tenure(housingwithcarev1.Tenure_TENURE_AFFORDABLE_RENT, 100), tenure(housingwithcarev1.Tenure_TENURE_SHARED_OWNERSHIP, 100),
					tenure(housingwithcarev1.Tenure_TENURE_OUTRIGHT_SALE, 200),
				},
			},
			{Kind: housingwithcarev1.SchemeKind_SCHEME_KIND_SHELTERED, Use: use(1500, 0)},
		},
		Sources: []*commonv1.Source{from},
	}
}

func staffOf(area string, districts int, from *commonv1.Source) *workforcev1.WorkforceCapacity {
	b, n := basisOf(from, 20*districts, 30*districts), districts
	return &workforcev1.WorkforceCapacity{
		Name: area + "/workforceCapacity", AsAt: today.String(), Revision: 10,
		Employers: b.Count(30*n, commonv1.Unit_UNIT_EMPLOYERS),
		Total:     &workforcev1.PostUse{Permanent: b.Count(900*n, commonv1.Unit_UNIT_POSTS), Vacancies: b.Count(90*n, commonv1.Unit_UNIT_POSTS)},
		Sources:   []*commonv1.Source{from},
	}
}

func ready() *marketpositionv1.SectionState {
	return &marketpositionv1.SectionState{Availability: marketpositionv1.Availability_AVAILABILITY_AVAILABLE}
}

// answersFor are all four markets answering for an area.
func answersFor(area Area) Answers {
	codes := make([]geo.Code, len(area.Districts))
	for i, d := range area.Districts {
		codes[i] = d.Code
	}
	returns := source("provider-return", commonv1.SourceKind_SOURCE_KIND_PROVIDER_RETURN)
	return Answers{
		CareHomes:       answer(area.Name, codes, illustrativeSource, homesOf),
		HomeCare:        answer(area.Name, codes, returns, homeCareOf),
		HousingWithCare: answer(area.Name, codes, returns, housingOf),
		Workforce:       answer(area.Name, codes, returns, staffOf),
	}
}

func answer[C capacity](area string, codes []geo.Code, from *commonv1.Source, of func(string, int, *commonv1.Source) C) Answer[C] {
	a := Answer[C]{State: ready(), Total: of(area, len(codes), from)}
	for _, code := range codes {
		a.Each = append(a.Each, of(districtPrefix+string(code), 1, from))
	}
	return a
}
