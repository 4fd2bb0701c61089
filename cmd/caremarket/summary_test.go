package main

import (
	"strings"
	"testing"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/ledger"
	carehomesv1 "github.com/caremarket/caremarket/proto/gen/caremarket/carehomes/v1"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

var everyPlace ledger.Filter

func anyHome(*carehomesv1.CareHome) bool { return true }

func TestASummaryNeverShowsNothingAsZero(t *testing.T) {
	basis := figure.Basis{SourceIDs: []string{"a-source"}, Illustrative: true}
	text := summary(&marketpositionv1.MarketPosition{
		Title: "Stroud", AuthorityTitle: "Gloucestershire", AsAt: "2026-10-31", Illustrative: true,
		People: &marketpositionv1.PeopleSection{
			Aged_65Plus: basis.Count(28230, commonv1.Unit_UNIT_PEOPLE),
			Aged_75Plus: basis.Hidden(commonv1.HiddenReason_HIDDEN_REASON_SMALL_NUMBER, commonv1.Unit_UNIT_PEOPLE),
			Aged_85Plus: basis.NotCollected("nobody asked", commonv1.Unit_UNIT_PEOPLE),
		},
		Gaps: []*marketpositionv1.Gap{{
			Setting: marketpositionv1.Setting_SETTING_EXTRA_CARE, Tenure: marketpositionv1.Tenure_TENURE_RENT,
			Gap: basis.Ranged(80.6, 140.75, 203.2, commonv1.Unit_UNIT_HOUSING_UNITS, "ends"),
		}},
		Signals: []*marketpositionv1.Signal{{Direction: marketpositionv1.Direction_DIRECTION_GROW}},
		Sources: []*commonv1.Source{{Id: "a-source", Title: "A survey", Publisher: "A council", AsAt: "May 2026"}},
	})
	for _, want := range []string{
		"Stroud, Gloucestershire: market position as at 2026-10-31", "ILLUSTRATIVE", "28230*", "hidden*", "not collected*",
		"extra care rent - grow", "140.8* (81 to 203)", "[1]", "[1] A council: A survey, May 2026",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary does not say %q:\n%s", want, text)
		}
	}
}
