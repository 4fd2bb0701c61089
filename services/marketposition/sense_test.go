package marketposition

import (
	"strings"
	"testing"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"

	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/errs"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

func TestSense(t *testing.T) {
	count := func(from, to int32, open bool, people int32) *marketpositionv1.AgeCount {
		return &marketpositionv1.AgeCount{FromAge: from, ToAge: to, Open: open, People: people}
	}
	population := func(counts ...*marketpositionv1.AgeCount) *marketpositionv1.Population {
		return &marketpositionv1.Population{AsAt: "2021-03-21", Counts: counts}
	}
	years := func(all ...int32) []*marketpositionv1.ProjectedPeople {
		var out []*marketpositionv1.ProjectedPeople
		for _, y := range all {
			out = append(out, &marketpositionv1.ProjectedPeople{Year: y, People: 1})
		}
		return out
	}
	projection := func(groups ...*marketpositionv1.ProjectedGroup) *marketpositionv1.Projection {
		return &marketpositionv1.Projection{Groups: groups}
	}
	rate := func(low, central, high, per float64) *marketpositionv1.NeedRate {
		return &marketpositionv1.NeedRate{
			Setting: marketpositionv1.Setting_SETTING_NURSING, SourceIds: []string{"a"}, Low: low, Central: central, High: high, Per: per,
		}
	}
	for name, test := range map[string]struct {
		fact  proto.Message
		field string
	}{
		"a sound population":       {population(count(0, 64, false, 1), count(65, 0, true, 1)), ""},
		"nobody":                   {population(), "counts"},
		"ages that overlap":        {population(count(0, 64, false, 1), count(64, 0, true, 1)), "counts"},
		"after the last":           {population(count(0, 0, true, 1), count(90, 0, true, 1)), "counts"},
		"a band inside out":        {population(count(9, 5, false, 1)), "counts"},
		"fewer than none":          {population(count(0, 0, true, -1)), "counts"},
		"a sound projection":       {projection(&marketpositionv1.ProjectedGroup{FromAge: 65, Open: true, Years: years(2021, 2022)}), ""},
		"no groups":                {projection(), "groups"},
		"no years":                 {projection(&marketpositionv1.ProjectedGroup{FromAge: 65, Open: true}), "groups"},
		"years out of order":       {projection(&marketpositionv1.ProjectedGroup{FromAge: 65, Open: true, Years: years(2022, 2021)}), "groups"},
		"groups that overlap":      {projection(&marketpositionv1.ProjectedGroup{FromAge: 65, ToAge: 74, Years: years(1)}, &marketpositionv1.ProjectedGroup{FromAge: 70, Open: true, Years: years(1)}), "groups"},
		"a sound rate":             {rate(1, 2, 3, 1000), ""},
		"a rate out of order":      {rate(2, 1, 3, 1000), "central"},
		"more than there are":      {rate(1, 2, 1001, 1000), "central"},
		"of nobody":                {rate(0, 0, 1, 0), "central"},
		"a rate of no setting":     {&marketpositionv1.NeedRate{SourceIds: []string{"a"}}, "setting"},
		"a rate of no source":      {&marketpositionv1.NeedRate{Setting: marketpositionv1.Setting_SETTING_NURSING}, "source_ids"},
		"a prevalence above one":   {&marketpositionv1.DementiaRate{High: 1.1}, "central"},
		"a rule without direction": {&marketpositionv1.SignalRule{}, "direction"},
		"a figure of nothing":      {&marketpositionv1.PublishedFigure{}, "figure"},
		"a figure in words":        {&marketpositionv1.PublishedFigure{Figure: &commonv1.Figure{Unit: commonv1.Unit_UNIT_TEXT}}, ""},
		"an action without a date": {&marketpositionv1.Action{}, ""},
		"an action on no day":      {&marketpositionv1.Action{DueBy: "spring"}, "due_by"},
		"a relation without rule":  {&marketpositionv1.ClaimRelation{}, "rule"},
		"a sum without parts":      {&marketpositionv1.ClaimRelation{Rule: marketpositionv1.ClaimRule_CLAIM_RULE_SUM}, "inputs"},
		"a word that allows less":  {&marketpositionv1.QualifierMeaning{Low: 0.1}, "high"},
	} {
		var faults errs.Collector
		checkSense(&faults, test.fact)
		found := ""
		if all := errs.Violations(faults.Err()); len(all) > 0 {
			found = all[0].Field
		}
		if found != test.field {
			t.Errorf("%s: fault of %q, want %q: %v", name, found, test.field, faults.Err())
		}
	}
}

func TestSlug(t *testing.T) {
	for title, want := range map[string]string{
		"Publish the strategy": "publish-the-strategy", "  Ünïcode & signs!  ": "n-code-signs", "?": "",
		strings.Repeat("abcdefghi ", 10): strings.Repeat("abcdefghi-", 7) + "abcdefghi",
	} {
		if got := slug(title); got != want {
			t.Errorf("%q is %q, want %q", title, got, want)
		}
	}
}
