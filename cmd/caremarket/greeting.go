package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
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

// summary writes a statement in a screenful: each figure with its state and its source.
func summary(p *marketpositionv1.MarketPosition) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s, %s: market position as at %s\n", p.GetTitle(), p.GetAuthorityTitle(), p.GetAsAt())
	if p.GetIllustrative() {
		b.WriteString("Figures marked * rest on ILLUSTRATIVE data, made up to show how the system works.\n")
	}
	line := func(label string, f *commonv1.Figure) {
		if f == nil {
			return
		}
		mark := " "
		if f.GetIllustrative() {
			mark = "*"
		}
		fmt.Fprintf(&b, "  %-46s %12s%s %s\n", label, say(f), mark, basis(f))
	}
	b.WriteString("\nPeople\n")
	line("aged 65 and over", p.GetPeople().GetAged_65Plus())
	line("aged 75 and over", p.GetPeople().GetAged_75Plus())
	line("aged 85 and over", p.GetPeople().GetAged_85Plus())
	homes := p.GetCareHomes().GetCapacity()
	b.WriteString("Care homes\n")
	line("homes", homes.GetHomes())
	line("beds in use", homes.GetTotal().GetUsed())
	line("occupancy, percent", homes.GetTotal().GetOccupancy())
	line("beds open to admissions", homes.GetTotal().GetAdmittable())
	care := p.GetHomeCare().GetCapacity()
	b.WriteString("Home care\n")
	line("hours a week delivered", care.GetHours().GetDelivered())
	line("hours a week spare", care.GetHours().GetSpare())
	line("people waiting", care.GetWaiting().GetPeople())
	housing := p.GetHousingWithCare().GetCapacity()
	b.WriteString("Housing with care\n")
	line("schemes", housing.GetSchemes())
	b.WriteString("Workforce\n")
	line("vacancy rate, percent", p.GetWorkforce().GetCapacity().GetTotal().GetVacancyRate())
	b.WriteString("What is missing (need less effective supply)\n")
	for _, g := range p.GetGaps() {
		line(words(g.GetSetting().String(), "SETTING_")+words(cmp.Or(g.GetTenure().String(), ""), "TENURE_"), g.GetGap())
	}
	return b.String()
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

// basis writes what a figure rests on.
func basis(f *commonv1.Figure) string {
	var parts []string
	if c := f.GetCoverage(); c != nil {
		parts = append(parts, fmt.Sprintf("%d of %d returned", c.GetResponding(), c.GetExpected()))
	}
	if f.GetFreshness().GetStale() > 0 {
		parts = append(parts, fmt.Sprintf("%d stale", f.GetFreshness().GetStale()))
	}
	return strings.Join(append(parts, strings.Join(f.GetSourceIds(), " ")), ", ")
}
