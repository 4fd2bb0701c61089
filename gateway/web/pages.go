package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// mostAuthorities is more than England has.
const mostAuthorities = 1000

// start says what this is and leads on to the authorities.
func (p *Pages) start(ctx context.Context, _ *http.Request) (view, error) {
	list, err := p.positions.ListAuthorities(ctx, &marketpositionv1.ListAuthoritiesRequest{PageSize: mostAuthorities})
	if err != nil {
		return view{}, err
	}
	var links []link
	for _, a := range list.GetAuthorities() {
		links = append(links, link{"/authorities/" + idOf(a.GetName()), a.GetTitle()})
	}
	slices.SortFunc(links, func(a, b link) int { return strings.Compare(a.Text, b.Text) })
	return view{template: "start", Title: "What care a place needs, has and lacks", Content: links}, nil
}

type link struct{ Path, Text string }

// district shows one district's statement.
func (p *Pages) district(ctx context.Context, r *http.Request) (view, error) {
	answer, err := p.positions.GetMarketPosition(ctx, &marketpositionv1.GetMarketPositionRequest{
		Name: "districts/" + r.PathValue("code") + "/marketPosition",
		AsAt: r.URL.Query().Get("asAt"),
	})
	if err != nil {
		return view{}, err
	}
	s := newStatement(answer.GetMarketPosition())
	return view{
		template: "district", Title: s.Title + ": market position",
		Illustrative: answer.GetMarketPosition().GetIllustrative() || isIllustrative(s.Sections), Content: s,
	}, nil
}

// comparison is an authority's districts side by side.
type comparison struct {
	Code, Title, AsAt string
	Complete          bool
	Districts         []link
	Sections          []section
	Reconciled        *reconciled
	Sources           []*commonv1.Source
}

// authority shows an authority's districts side by side.
func (p *Pages) authority(ctx context.Context, r *http.Request) (view, error) {
	answer, err := p.positions.GetAuthorityMarketPosition(ctx, &marketpositionv1.GetAuthorityMarketPositionRequest{
		Name: "authorities/" + r.PathValue("code") + "/marketPosition",
		AsAt: r.URL.Query().Get("asAt"),
	})
	if err != nil {
		return view{}, err
	}
	m := answer.GetMarketPosition()
	c := comparison{
		Code: idOf(m.GetName()), Title: m.GetTitle(), AsAt: date(m.GetAsAt()), Complete: m.GetComplete(), Sources: m.GetSources(),
	}
	for _, d := range m.GetDistricts() {
		c.Districts = append(c.Districts, link{"/districts/" + idOf(d.GetName()), d.GetTitle()})
	}
	cited := cite(m.GetSources())
	cited.brief = true
	c.Sections = compare(cited, append(m.GetDistricts()[:len(m.GetDistricts()):len(m.GetDistricts())], m.GetTotal()))
	c.Sections = append(c.Sections,
		cited.placed(m.GetTotal().GetCareHomes().GetPlacements()), cited.staffed(m.GetTotal().GetWorkforce().GetProjection()))
	c.Reconciled = cited.reconciled(m.GetTotal().GetReconciliation())
	return view{
		template: "authority", Title: c.Title + ": districts side by side",
		Illustrative: m.GetIllustrative() || isIllustrative(c.Sections), Content: c,
	}, nil
}

// compare puts the figures of statements side by side, a column a statement: those of the
// people and of each market that are no entries of a list, the need ahead, the gaps, and what
// comes of the markets' acting on each other.
func compare(c citations, statements []*marketpositionv1.MarketPosition) []section {
	var sections []section
	for _, one := range []struct {
		id, title string
		field     protoreflect.Name
	}{
		{"people", "People", "people"},
		{"care-homes", "Care homes", "care_homes"},
		{"home-care", "Home care", "home_care"},
		{"housing-with-care", "Housing with care", "housing_with_care"},
		{"workforce", "Workforce", "workforce"},
	} {
		field := (*marketpositionv1.MarketPosition)(nil).ProtoReflect().Descriptor().Fields().ByName(one.field)
		g := grid{caption: one.title, corner: "Measure", columns: titles(statements)}
		for _, path := range figurePaths(field.Message()) {
			row := gridRow{label: path.words()}
			for _, s := range statements {
				row.cells = append(row.cells, append(figurePath{field}, path...).in(s.ProtoReflect()))
			}
			g.add(row)
		}
		sections = append(sections, section{ID: one.id, Title: one.title, Tables: c.tables(one.id, filled(g))})
	}
	return append(sections,
		section{ID: "needs-ahead", Title: "What care they will need", Tables: c.tables("needs-ahead", filled(needsAhead(statements)))},
		section{ID: "gaps", Title: "What is missing", Tables: c.tables("gaps", filled(gaps(statements)))},
		section{ID: "interaction", Title: "How the markets act on each other", Tables: c.tables("interaction", filled(interactions(statements)))})
}

func titles(statements []*marketpositionv1.MarketPosition) []string {
	var all []string
	for _, s := range statements {
		all = append(all, s.GetTitle())
	}
	return all
}

// gaps puts the gaps side by side, a row for each setting and tenure that any has.
func gaps(statements []*marketpositionv1.MarketPosition) grid {
	g := grid{caption: "Need less supply: above 0 is a shortage", corner: "Setting", columns: titles(statements)}
	rows := map[string]int{}
	for column, s := range statements {
		for _, gap := range s.GetGaps() {
			label := labelOf(gap.ProtoReflect())
			at, known := rows[label]
			if !known {
				at = len(g.rows)
				rows[label] = at
				g.rows = append(g.rows, gridRow{label, make([]*commonv1.Figure, len(statements))})
			}
			g.rows[at].cells[column] = gap.GetGap()
		}
	}
	return g
}

// add adds a row unless it has no figure at all.
func (g *grid) add(row gridRow) {
	for _, f := range row.cells {
		if f != nil {
			g.rows = append(g.rows, row)
			return
		}
	}
}
