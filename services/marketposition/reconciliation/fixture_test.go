package reconciliation_test

import (
	"strings"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/reconciliation"
)

const (
	agrees        = marketpositionv1.CheckVerdict_CHECK_VERDICT_AGREES
	contradicts   = marketpositionv1.CheckVerdict_CHECK_VERDICT_CONTRADICTS
	differs       = marketpositionv1.CheckVerdict_CHECK_VERDICT_DIFFERS
	notComparable = marketpositionv1.CheckVerdict_CHECK_VERDICT_NOT_COMPARABLE

	people  = commonv1.Unit_UNIT_PEOPLE
	percent = commonv1.Unit_UNIT_PERCENT
)

// published is a figure of the statement of 2024 that nothing rounds or qualifies.
func published(id string, value float64, unit commonv1.Unit) *marketpositionv1.PublishedFigure {
	p := &marketpositionv1.PublishedFigure{
		Name: "publishedFigures/" + id, Area: "E10000013", Measure: "Title of " + id, PageUrl: "https://example.org/" + id,
		Figure: &commonv1.Figure{
			State: &commonv1.Figure_Value{Value: value}, Unit: unit, SourceIds: []string{"gcc-mps-2024"}, AsAt: "2023",
		},
	}
	if unit == percent {
		p.Rounding = 1
	}
	return p
}

// relation is one by a rule on figures.
func relation(id string, rule marketpositionv1.ClaimRule, claimed string, inputs ...string) *marketpositionv1.ClaimRelation {
	return &marketpositionv1.ClaimRelation{
		Name: "claimRelations/" + id, Area: "E10000013", Rule: rule, Claimed: named(claimed)[0], Inputs: named(inputs...),
		Because: "they are of the same thing",
	}
}

func named(ids ...string) []string {
	var names []string
	for _, id := range ids {
		names = append(names, "publishedFigures/"+id)
	}
	return names
}

// ofData is a relation by the rule on data.
func ofData(claimed string) *marketpositionv1.ClaimRelation {
	r := relation(claimed+"-counted", marketpositionv1.ClaimRule_CLAIM_RULE_DATA, claimed)
	r.Measure, r.On = marketpositionv1.DataMeasure_DATA_MEASURE_OLDER_PEOPLE_RESIDENTS, "2024-01-31"
	return r
}

func meanings() []*marketpositionv1.QualifierMeaning {
	return []*marketpositionv1.QualifierMeaning{
		{Name: "qualifierMeanings/nearly", Qualifier: "nearly", Low: -0.1}, {Name: "qualifierMeanings/just-over", Qualifier: "just over", High: 0.05},
	}
}

// gloucestershire are the figures of DOMAIN.md, section 7, and two sums that hold.
func gloucestershire() reconciliation.Facts {
	f := reconciliation.Facts{Meanings: meanings()}
	for _, one := range []struct {
		id    string
		value float64
		unit  commonv1.Unit
	}{
		{"community-2023", 2708, people},
		{"community-2043", 4274, people},
		{"community-growth", 59, percent},
		{"residential-2043", 4058, people},
		{"residential-growth", 84, percent},
		{"nursing-2043", 3116, people},
		{"nursing-growth", 122, percent},
		{"bed-growth", 97, percent},
		{"bed-growth-other-page", 80, percent},
		{"placed", 530, people},
		{"in-county", 348, people},
		{"out-of-county", 47, people},
		{"older-homes", 105, people},
		{"physical", 60, people},
		{"learning", 320, people},
		{"mental", 150, people},
		{"bought", 56, percent},
		{"bought-other-page", 6, percent},
		{"at-75", 1.8, percent},
		{"at-85", 8.1, percent},
		{"ratio", 4, commonv1.Unit_UNIT_RATIO},
		{"beds-2015", 5400, commonv1.Unit_UNIT_BEDS},
		{"opened", 679, commonv1.Unit_UNIT_BEDS},
		{"closed", 1075, commonv1.Unit_UNIT_BEDS},
		{"beds", 5000, commonv1.Unit_UNIT_BEDS},
	} {
		p := published(one.id, one.value, one.unit)
		switch {
		case strings.HasPrefix(one.id, "at-"):
			p.Rounding = 0.1
		case strings.HasPrefix(one.id, "beds"):
			p.Qualifier = "Just over"
		case one.id == "ratio":
			p.Qualifier, p.Rounding = "nearly", 1
		}
		f.Figures = append(f.Figures, p)
	}
	beds := []string{"residential-2043", "residential-growth", "nursing-2043", "nursing-growth"}
	times := relation("75-to-85", marketpositionv1.ClaimRule_CLAIM_RULE_TIMES, "ratio", "at-75", "at-85")
	times.Words = "nearly four times"
	since := relation("beds-since", marketpositionv1.ClaimRule_CLAIM_RULE_SUM, "beds", "beds-2015", "opened")
	since.TakenOff = named("closed")
	f.Relations = []*marketpositionv1.ClaimRelation{
		relation("community-growth", marketpositionv1.ClaimRule_CLAIM_RULE_GROWTH, "community-growth", "community-2023", "community-2043"),
		relation("bed-growth", marketpositionv1.ClaimRule_CLAIM_RULE_COMBINED_GROWTH, "bed-growth", beds...),
		relation("bed-growth-other-page", marketpositionv1.ClaimRule_CLAIM_RULE_COMBINED_GROWTH, "bed-growth-other-page", beds...),
		relation("bed-growth-twice", marketpositionv1.ClaimRule_CLAIM_RULE_SAME, "bed-growth", "bed-growth-other-page"),
		relation("places", marketpositionv1.ClaimRule_CLAIM_RULE_SUM, "placed", "in-county", "out-of-county", "older-homes"),
		relation("conditions", marketpositionv1.ClaimRule_CLAIM_RULE_SUM, "placed", "physical", "learning", "mental"),
		relation("bought", marketpositionv1.ClaimRule_CLAIM_RULE_SAME, "bought", "bought-other-page"),
		times, since,
	}
	return f
}
