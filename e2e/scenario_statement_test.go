package e2e_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/caremarket/caremarket/e2e/suite"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

func statesStroud(t *testing.T, s *suite.Suite) {
	p := suite.Read(t, s, "/v1/districts/"+stroud+"/marketPosition", &marketpositionv1.MarketPosition{})
	if p.GetTitle() != "Stroud" || p.GetAuthority() != "authorities/"+gloucestershire {
		t.Errorf("the statement is of %q in %s", p.GetTitle(), p.GetAuthority())
	}
	if !p.GetComplete() || !p.GetIllustrative() {
		t.Errorf("complete %t, illustrative %t: want both", p.GetComplete(), p.GetIllustrative())
	}
	for service, section := range sections(p) {
		if section.state.GetAvailability() != marketpositionv1.Availability_AVAILABILITY_AVAILABLE || !section.answered {
			t.Errorf("%s: %v", service, section.state)
		}
	}
	if len(p.GetRevisions()) != 5 {
		t.Errorf("the statement names %d revisions, want those of 5 services", len(p.GetRevisions()))
	}
	for part, n := range map[string]int{
		"needs": len(p.GetNeeds()), "gaps": len(p.GetGaps()), "signals": len(p.GetSignals()), "paragraphs": len(p.GetParagraphs()),
		"intentions": len(p.GetIntentions()), "actions": len(p.GetActions()), "plans": len(p.GetPlans()),
		"data notes": len(p.GetDataNotes()), "sources": len(p.GetSources()), "tenure needs": len(p.GetHousingWithCare().GetTenureNeeds()),
	} {
		if n == 0 {
			t.Errorf("the statement has no %s", part)
		}
	}
	for _, signal := range p.GetSignals() {
		if signal.GetRule() == "" || signal.GetRuleText() == "" || signal.GetDirection() == 0 {
			t.Errorf("a signal does not say by which rule: %v", signal)
		}
	}
	checkFigures(t, p, p.GetSources())
}

// section is what matters of a market in a statement.
type section struct {
	state    *marketpositionv1.SectionState
	answered bool
}

func sections(p *marketpositionv1.MarketPosition) map[string]section {
	return map[string]section{
		suite.CareHomes:       {p.GetCareHomes().GetState(), p.GetCareHomes().GetCapacity().GetHomes() != nil},
		suite.HomeCare:        {p.GetHomeCare().GetState(), p.GetHomeCare().GetCapacity().GetHours() != nil},
		suite.HousingWithCare: {p.GetHousingWithCare().GetState(), p.GetHousingWithCare().GetCapacity().GetSchemes() != nil},
		suite.Workforce:       {p.GetWorkforce().GetState(), p.GetWorkforce().GetCapacity().GetEmployers() != nil},
	}
}

// checkFigures checks that every figure of an answer says what it is and what it rests on,
// and that the answer lists what they rest on.
func checkFigures(t *testing.T, m proto.Message, sources []*commonv1.Source) {
	t.Helper()
	kinds := map[string]commonv1.SourceKind{}
	for _, source := range sources {
		if source.GetTitle() == "" || source.GetKind() == 0 {
			t.Errorf("source %q does not say what it is", source.GetId())
		}
		kinds[source.GetId()] = source.GetKind()
	}
	seen, faulty := 0, 0
	err := protorange.Range(m.ProtoReflect(), func(at protopath.Values) error {
		one, ok := at.Index(-1).Value.Interface().(protoreflect.Message)
		if !ok {
			return nil
		}
		if f, ok := one.Interface().(*commonv1.Figure); ok {
			seen++
			if fault := faultOf(f, kinds); fault != "" {
				faulty++
				t.Errorf("%s %s: %v", at.Path, fault, f)
			}
			if faulty > 10 {
				return protorange.Terminate // more of the same
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Error("there is no figure")
	}
}

// faultOf says what is wrong with a figure; "" when nothing is.
func faultOf(f *commonv1.Figure, kinds map[string]commonv1.SourceKind) string {
	value, quoted := f.GetState().(*commonv1.Figure_Value)
	switch {
	case f.GetState() == nil:
		return "has no state"
	case f.GetUnit() == commonv1.Unit_UNIT_UNSPECIFIED:
		return "has no unit"
	case quoted && (math.IsNaN(value.Value) || math.IsInf(value.Value, 0)):
		return "is not a number"
	case quoted && len(f.GetSourceIds()) == 0:
		return "rests on no source"
	case quoted && f.GetAsAt() == "":
		return "speaks of no day"
	case quoted && f.GetRange() != nil && (f.GetRange().GetLow() > value.Value || f.GetRange().GetHigh() < value.Value):
		return "lies outside its own range"
	}
	for _, id := range f.GetSourceIds() {
		kind, listed := kinds[id]
		if !listed {
			return "rests on " + id + ", which is not among the sources"
		}
		if kind == commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE && !f.GetIllustrative() {
			return "rests on what is illustrative and does not say so"
		}
	}
	return ""
}

func statesAuthority(t *testing.T, s *suite.Suite) {
	p := suite.Read(t, s, "/v1/authorities/"+gloucestershire+"/marketPosition", &marketpositionv1.AuthorityMarketPosition{})
	if !p.GetComplete() || !p.GetIllustrative() {
		t.Errorf("complete %t, illustrative %t: want both", p.GetComplete(), p.GetIllustrative())
	}
	var names []string
	var people, homes, schemes, beds float64
	for _, d := range p.GetDistricts() {
		names = append(names, d.GetName())
		people += d.GetPeople().GetPopulation().GetValue()
		homes += d.GetCareHomes().GetCapacity().GetHomes().GetValue()
		beds += d.GetCareHomes().GetCapacity().GetTotal().GetMaximum().GetValue()
		schemes += d.GetHousingWithCare().GetCapacity().GetSchemes().GetValue()
	}
	var want []string
	for _, code := range gloucestershireDistricts() {
		want = append(want, "districts/"+code+"/marketPosition")
	}
	if !slices.Equal(names, want) {
		t.Errorf("side by side stand %v, want %v", names, want)
	}
	total := p.GetTotal()
	for what, pair := range map[string][2]float64{
		"people":                    {people, total.GetPeople().GetPopulation().GetValue()},
		"care homes":                {homes, total.GetCareHomes().GetCapacity().GetHomes().GetValue()},
		"beds":                      {beds, total.GetCareHomes().GetCapacity().GetTotal().GetMaximum().GetValue()},
		"housing with care schemes": {schemes, total.GetHousingWithCare().GetCapacity().GetSchemes().GetValue()},
	} {
		if pair[0] != pair[1] || pair[0] == 0 {
			t.Errorf("%s: the districts have %v and the total is %v", what, pair[0], pair[1])
		}
	}
	checkFigures(t, p, p.GetSources())
}

// greets checks what the first start prints for people.
func greets(t *testing.T, s *suite.Suite) {
	p := s.Of(suite.Gateway)
	eventually(t, "the first start prints all that it should", func() error {
		printed := p.Printed(t)
		for _, want := range []string{"ILLUSTRATIVE", "Stroud", s.URL(""), p.GRPC, p.Admin, "Try:"} {
			if !strings.Contains(printed, want) {
				return fmt.Errorf("there is no %q in %s", want, printed)
			}
		}
		return nil
	})
}
