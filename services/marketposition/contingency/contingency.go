// Package contingency says what happens to people when a provider fails: where those of all
// of its markets go (Plan), and which failures of an authority would hurt most (Rank). It
// is pure: markets' standings, rules and sources in, messages out. The assignment itself is
// package failure's; here what the markets say becomes its input, and its output figures
// that name what they rest on.
//
// Nothing is guessed. A service without a return, without coordinates or without a zone is
// in no total: it is named as left out, with what is known of it.
package contingency

import (
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/caremarket/caremarket/pkg/figure"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// Market is what one market said, or that it did not.
type Market struct {
	Kind    marketpositionv1.Market
	Service string
	State   *marketpositionv1.SectionState
	// Standings are the services asked about and those within their reach.
	Standings []*commonv1.Standing
	Revision  int64
	Sources   []*commonv1.Source
}

// Available reports whether the market answered.
func (m Market) Available() bool {
	return m.State.GetAvailability() == marketpositionv1.Availability_AVAILABILITY_AVAILABLE
}

// Question is what is asked of the markets.
type Question struct {
	// Provider is providers/{id}; "" for a ranking.
	Provider string
	// Authority is authorities/{code}; "" for all England.
	Authority, AuthorityTitle string
	AsAt                      string
	KnownAt                   *timestamppb.Timestamp
	Rules                     Rules
	// Revision is of this service's own facts, which the rules rest on.
	Revision int64
	// Sources are those that the assumptions name.
	Sources figure.Sources
}

// answer is what the answers of all markets have in common.
type answer struct {
	sources      figure.Sources
	notes        []*commonv1.DataNote
	revisions    []*marketpositionv1.ServiceRevision
	complete     bool
	illustrative bool
}

// newAnswer joins the markets' sources. The standings are renamed with them where an id
// stands for two texts.
func newAnswer(q Question, markets []Market) *answer {
	a := &answer{
		sources: figure.Sources{}, complete: true,
		revisions: []*marketpositionv1.ServiceRevision{{Service: statement.OwnService, Revision: q.Revision}},
	}
	maps.Copy(a.sources, q.Sources)
	for _, m := range markets {
		if !m.Available() {
			a.complete = false
			a.note("MARKET_AWAY", word(m.Kind)+": "+m.State.GetReason()+"; its people and places are not in this answer", 1)
			continue
		}
		a.revisions = append(a.revisions, &marketpositionv1.ServiceRevision{Service: m.Service, Revision: m.Revision})
		renamed := statement.Merge(a.sources, m.Service, m.Sources)
		if len(renamed) == 0 {
			continue
		}
		for _, s := range m.Standings {
			facts.EachCitation(s.ProtoReflect(), func(id string) string {
				if now, again := renamed[id]; again {
					return now
				}
				return id
			})
		}
	}
	return a
}

func (a *answer) note(code, text string, count int) {
	a.notes = append(a.notes, &commonv1.DataNote{Code: code, Text: text, Count: int32(count)})
}

// tally counts services as those who ought to answer.
func (a *answer) tally(standings ...*commonv1.Standing) *figure.Tally {
	t := &figure.Tally{}
	for _, s := range standings {
		t.Expect(1)
		ids := s.GetSourceIds()
		if s.GetReturned() {
			// The entry's source stands first, the return's last.
			var of *commonv1.Source
			if last := len(ids) - 1; last >= 0 {
				of, ids = a.sources[ids[last]], ids[:last]
			}
			t.Answer(s.GetAsAt(), s.GetStale(), of)
		}
		for _, source := range a.sources.Named(ids...) {
			t.Rest(source)
		}
	}
	return t
}

// cite lists the sources of a finished message and marks what is made up.
func (a *answer) cite(cited []string) []*commonv1.Source {
	sources := a.sources.Named(cited...)
	a.illustrative = slices.ContainsFunc(sources, func(s *commonv1.Source) bool {
		return s.GetKind() == commonv1.SourceKind_SOURCE_KIND_ILLUSTRATIVE
	})
	return sources
}

var words = map[marketpositionv1.Market]string{
	marketpositionv1.Market_MARKET_CARE_HOMES:        "care homes",
	marketpositionv1.Market_MARKET_HOME_CARE:         "home care",
	marketpositionv1.Market_MARKET_HOUSING_WITH_CARE: "housing with care",
}

func word(m marketpositionv1.Market) string { return words[m] }

// bare is a resource name without its collection.
func bare(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
