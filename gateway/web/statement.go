package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// statement is a market position as a page shows it.
type statement struct {
	Code, Title, Authority, AuthorityTitle string
	AsAt, KnownAt                          string
	Complete                               bool
	Sections                               []section
	Signals                                []signal
	Paragraphs                             []paragraph
	Published                              []published
	Reconciled                             *reconciled
	Intentions                             []remark
	Actions                                []action
	Engagements                            []engagement
	Plans                                  []plan
	Notes                                  []*commonv1.DataNote
	Sources                                []*commonv1.Source
}

// section is a part of a statement: figures and what to keep in mind about them.
type section struct {
	ID, Title string
	// Away says that a market did not answer, and what stands here instead.
	Away string
	// Said is what the figures say, in words.
	Said   string
	Tables []table
	Notes  []*commonv1.DataNote
}

func newStatement(m *marketpositionv1.MarketPosition) statement {
	c := cite(m.GetSources())
	s := statement{
		Code: idOf(m.GetName()), Title: m.GetTitle(), Authority: idOf(m.GetAuthority()), AuthorityTitle: m.GetAuthorityTitle(),
		AsAt: date(m.GetAsAt()), Complete: m.GetComplete(),
		Notes: m.GetDataNotes(), Sources: m.GetSources(),
	}
	if m.GetKnownAt() != nil {
		s.KnownAt = m.GetKnownAt().AsTime().Format("2 January 2006 at 15:04:05 MST")
	}
	s.Sections = []section{
		{ID: "people", Title: "People", Tables: c.tables("people", gridsOf("Who lives here", m.GetPeople().ProtoReflect()))},
		{ID: "needs", Title: "What care they need", Tables: c.tables("needs", gridsOfList("Need by setting and tenure", reflected(m.GetNeeds())))},
		{ID: "needs-ahead", Title: "What care they will need", Tables: c.tables("needs-ahead", filled(needAhead(m)))},
		c.market("care-homes", "Care homes", m.GetCareHomes()), c.placed(m.GetCareHomes().GetPlacements()),
		c.market("home-care", "Home care", m.GetHomeCare()),
		c.market("housing-with-care", "Housing with care", m.GetHousingWithCare()),
		c.market("workforce", "Workforce", m.GetWorkforce()), c.staffed(m.GetWorkforce().GetProjection()),
		{ID: "gaps", Title: "What is missing", Tables: c.tables("gaps", gridsOfList("Need less supply: above 0 is a shortage", reflected(m.GetGaps())))},
	}
	s.Sections = append(s.Sections, c.interaction(m.GetInteraction())...)
	c.addRegister(&s, m)
	s.Reconciled = c.reconciled(m.GetReconciliation())
	return s
}

func (c citations) tables(id string, grids []grid) []table {
	tables := make([]table, len(grids))
	for i, g := range grids {
		tables[i] = c.table(g, id+"-"+strconv.Itoa(i+1))
	}
	return tables
}

// marketSection is a market's section as all markets have it.
type marketSection interface {
	proto.Message
	GetState() *marketpositionv1.SectionState
}

// market shows a market: its own figures in the statement, then those of its capacity.
func (c citations) market(id, title string, m marketSection) section {
	s := section{ID: id, Title: title, Away: awayWords(m.GetState())}
	body := m.ProtoReflect()
	for _, g := range filled(ownGrid(title+" beside the people", body)) {
		s.Tables = append(s.Tables, c.table(g, id+"-beside"))
	}
	capacityField := body.Descriptor().Fields().ByName("capacity")
	if capacityField == nil || !body.Has(capacityField) {
		return s
	}
	capacity := body.Get(capacityField).Message()
	s.Tables = append(s.Tables, c.tables(id, gridsOf(title+" in total", capacity))...)
	if notes := capacity.Descriptor().Fields().ByName("data_notes"); notes != nil {
		for _, note := range listOf(capacity, notes) {
			if n, ok := note.Interface().(*commonv1.DataNote); ok {
				s.Notes = append(s.Notes, n)
			}
		}
	}
	return s
}

func awayWords(state *marketpositionv1.SectionState) string {
	switch state.GetAvailability() {
	case marketpositionv1.Availability_AVAILABILITY_STALE:
		return sentence("This market does not answer for now: these are its figures of "+moment(state.GetAnsweredAt().AsTime()), state.GetReason())
	case marketpositionv1.Availability_AVAILABILITY_UNAVAILABLE:
		return sentence("This market does not answer for now, so its figures are missing here", state.GetReason())
	default:
		return ""
	}
}

func sentence(text, reason string) string {
	if reason != "" {
		text += " (" + reason + ")"
	}
	return text + "."
}

func moment(t time.Time) string { return t.UTC().Format("2 January 2006 at 15:04 MST") }

// reflected are messages by their reflection.
func reflected[M proto.Message](messages []M) []protoreflect.Message {
	all := make([]protoreflect.Message, len(messages))
	for i, m := range messages {
		all[i] = m.ProtoReflect()
	}
	return all
}

// idOf is the id in a resource's name: E07000082 in districts/E07000082/marketPosition.
func idOf(name string) string {
	parts := strings.Split(name, "/")
	return parts[min(1, len(parts)-1)]
}

// isIllustrative reports whether a section shows anything made up.
func isIllustrative(sections []section) bool {
	return slices.ContainsFunc(sections, func(s section) bool { return slices.ContainsFunc(s.Tables, table.Illustrative) })
}
