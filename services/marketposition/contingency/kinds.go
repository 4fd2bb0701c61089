package contingency

import (
	"fmt"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/caremarket/caremarket/pkg/book"
	"github.com/caremarket/caremarket/pkg/errs"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	homecarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/homecare/v1"
	housingwithcarev1 "github.com/caremarket/caremarket/proto/gen/caremarket/housingwithcare/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// intermediatePlaces is how home care's standings name places of intermediate care.
const intermediatePlaces = "INTERMEDIATE_CARE_PLACES"

// marketsOfKinds are the kinds that standings name, each with its market.
func marketsOfKinds() map[string]marketpositionv1.Market {
	all := map[string]marketpositionv1.Market{intermediatePlaces: marketpositionv1.Market_MARKET_HOME_CARE}
	for _, kind := range wordsOf(carehomesv1.BedType(0)) {
		all[kind] = marketpositionv1.Market_MARKET_CARE_HOMES
	}
	for _, kind := range wordsOf(homecarev1.SupplyKind(0)) {
		all[kind] = marketpositionv1.Market_MARKET_HOME_CARE
	}
	for _, kind := range wordsOf(housingwithcarev1.SchemeKind(0)) {
		for _, tenure := range wordsOf(housingwithcarev1.Tenure(0)) {
			all[kind+"_"+tenure] = marketpositionv1.Market_MARKET_HOUSING_WITH_CARE
		}
	}
	return all
}

// wordsOf are the names of an enum's values as standings write them, but for the unspecified.
func wordsOf(enum protoreflect.Enum) []string {
	values := enum.Descriptor().Values()
	var words []string
	for i := range values.Len() {
		if n := values.Get(i).Number(); n != 0 {
			words = append(words, book.Word(enum.Type().New(n)))
		}
	}
	return words
}

const notAKind = "%q is not a kind that standings name, such as GENERAL_RESIDENTIAL, HOME_CARE or EXTRA_CARE_AFFORDABLE_RENT"

// checkSubstitutes names every pair that is not of two kinds of one market.
func checkSubstitutes(pairs []*marketpositionv1.Substitute) error {
	var faults errs.Collector
	markets := marketsOfKinds()
	for i, pair := range pairs {
		at := fmt.Sprintf("substitutes[%d]", i)
		before := faults.Len()
		needed, given := markets[pair.GetNeeded()], markets[pair.GetGiven()]
		if needed == 0 {
			faults.Add(at+".needed", notAKind, pair.GetNeeded())
		}
		if given == 0 {
			faults.Add(at+".given", notAKind, pair.GetGiven())
		}
		if faults.Len() == before && (needed != given || pair.GetNeeded() == pair.GetGiven()) {
			faults.Add(at, "names the kind needed and another kind of the same market that may be given for it, such as GENERAL_RESIDENTIAL and GENERAL_NURSING")
		}
	}
	return faults.Err()
}
