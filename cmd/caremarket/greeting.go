package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/caremarket/caremarket/pkg/audience"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// shownDistrict is the district whose statement a start shows: Stroud.
const shownDistrict = "E07000082"

// greet prints where the process listens, the statement of one district in short, and
// three things to try.
func (s *suite) greet(ctx context.Context, l listeners, o output) error {
	if l.http == nil {
		_, err := fmt.Fprintf(o.out, "caremarket serves %s on gRPC %s.\n", strings.Join(s.settings.running, ", "), l.grpc.Addr())
		return err
	}
	rest := "http://" + l.http.Addr().String()
	if s.settings.runs(positionName) {
		s.showStatement(ctx, o.out)
	}
	_, err := fmt.Fprintf(o.out, `
caremarket serves REST and pages on %[1]s, gRPC on %[2]s, metrics and health on %[3]s.

Try:
  %[1]s/districts/%[4]s                     the statement as a page
  curl %[1]s/v1/districts/%[4]s/marketPosition
  curl '%[1]s/v1/careHomes:vacancies?bedType=DEMENTIA_NURSING&latitude=51.745&longitude=-2.216&withinMiles=10'

`, rest, l.grpc.Addr(), l.admin.Addr(), shownDistrict)
	return err
}

// showStatement prints a statement in short. That it cannot be had does not stop a start.
func (s *suite) showStatement(ctx context.Context, w io.Writer) {
	conn, err := s.peers.Conn(positionName)
	if err != nil {
		return
	}
	res, err := marketpositionv1.NewMarketPositionServiceClient(conn).GetMarketPosition(
		audience.With(ctx, s.settings.audience),
		&marketpositionv1.GetMarketPositionRequest{Name: "districts/" + shownDistrict + "/marketPosition"})
	if err != nil {
		s.telemetry.Logger.WarnContext(ctx, "the statement could not be shown", "error", err)
		return
	}
	_, _ = io.WriteString(w, summary(res.GetMarketPosition())) // A closed terminal is no reason not to serve.
}

// summary writes a statement in a screenful: each figure with its range, its state and its
// sources, and what these are.
func summary(p *marketpositionv1.MarketPosition) string {
	page := &screen{}
	fmt.Fprintf(&page.text, "\n%s, %s: market position as at %s\n", p.GetTitle(), p.GetAuthorityTitle(), p.GetAsAt())
	if p.GetIllustrative() {
		page.text.WriteString("Figures marked * rest on ILLUSTRATIVE data, made up to show how the system works.\n")
	}
	page.head("People")
	page.line("aged 65 and over", p.GetPeople().GetAged_65Plus())
	page.line("aged 75 and over", p.GetPeople().GetAged_75Plus())
	page.line("aged 85 and over", p.GetPeople().GetAged_85Plus())
	homes := p.GetCareHomes().GetCapacity()
	page.head("Care homes")
	page.line("homes", homes.GetHomes())
	page.line("beds in use", homes.GetTotal().GetUsed())
	page.line("occupancy, percent", homes.GetTotal().GetOccupancy())
	page.line("beds open to admissions", homes.GetTotal().GetAdmittable())
	care := p.GetHomeCare().GetCapacity()
	page.head("Home care")
	page.line("hours a week delivered", care.GetHours().GetDelivered())
	page.line("hours a week spare", care.GetHours().GetSpare())
	page.line("people waiting", care.GetWaiting().GetPeople())
	page.head("Housing with care")
	page.line("schemes", p.GetHousingWithCare().GetCapacity().GetSchemes())
	page.head("Workforce")
	page.line("vacancy rate, percent", p.GetWorkforce().GetCapacity().GetTotal().GetVacancyRate())
	page.head("What is missing (need less effective supply), and what the market should do")
	for i, g := range p.GetGaps() {
		label := words(g.GetSetting().String(), "SETTING_") + words(g.GetTenure().String(), "TENURE_")
		if i < len(p.GetSignals()) {
			label += "- " + words(p.GetSignals()[i].GetDirection().String(), "DIRECTION_")
		}
		page.line(label, g.GetGap())
	}
	page.sources(p.GetSources())
	return page.text.String()
}

// screen is what a summary is written on. It remembers which sources were named.
type screen struct {
	text  strings.Builder
	named []string
}

func (s *screen) head(title string) { fmt.Fprintf(&s.text, "%s\n", title) }

func (s *screen) line(label string, f *commonv1.Figure) {
	if f == nil {
		return
	}
	mark := " "
	if f.GetIllustrative() {
		mark = "*"
	}
	fmt.Fprintf(&s.text, "  %-40s %10s%s %-18s %s\n", label, say(f), mark, span(f.GetRange()), s.basis(f))
}

// cite names sources by the numbers that they are listed under.
func (s *screen) cite(ids []string) string {
	var numbers []int
	for _, id := range ids {
		if !slices.Contains(s.named, id) {
			s.named = append(s.named, id)
		}
		numbers = append(numbers, slices.Index(s.named, id)+1)
	}
	if len(numbers) == 0 {
		return ""
	}
	slices.Sort(numbers)
	return strings.ReplaceAll(fmt.Sprint(numbers), " ", "][")
}

// sources says what the named ones are.
func (s *screen) sources(all []*commonv1.Source) {
	s.head("Sources")
	for i, id := range s.named {
		title := id
		if at := slices.IndexFunc(all, func(source *commonv1.Source) bool { return source.GetId() == id }); at >= 0 {
			title = join(": ", all[at].GetPublisher(), join(", ", all[at].GetTitle(), all[at].GetAsAt()))
		}
		fmt.Fprintf(&s.text, "  [%d] %s\n", i+1, title)
	}
}

func join(with string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), with)
}

// words makes an enum's name readable; an unspecified one is nothing.
func words(name, prefix string) string {
	name = strings.TrimPrefix(name, prefix)
	if name == "UNSPECIFIED" {
		return ""
	}
	return strings.ToLower(strings.ReplaceAll(name, "_", " ")) + " "
}

// say writes a figure's value, or which kind of nothing it is.
func say(f *commonv1.Figure) string {
	switch s := f.GetState().(type) {
	case *commonv1.Figure_Value:
		return strconv.FormatFloat(s.Value, 'f', places(s.Value), 64)
	case *commonv1.Figure_Hidden:
		return "hidden"
	case *commonv1.Figure_NotCollected:
		return "not collected"
	default:
		return "not enough data"
	}
}

func places(v float64) int {
	if v == float64(int64(v)) {
		return 0
	}
	return 1
}

// span is where the true value may lie.
func span(r *commonv1.Range) string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf("(%.0f to %.0f)", r.GetLow(), r.GetHigh())
}

// basis writes what a figure rests on.
func (s *screen) basis(f *commonv1.Figure) string {
	var parts []string
	if c := f.GetCoverage(); c != nil {
		parts = append(parts, fmt.Sprintf("%d of %d returned", c.GetResponding(), c.GetExpected()))
	}
	if f.GetFreshness().GetStale() > 0 {
		parts = append(parts, fmt.Sprintf("%d stale", f.GetFreshness().GetStale()))
	}
	return join(" ", strings.Join(parts, ", "), s.cite(f.GetSourceIds()))
}
