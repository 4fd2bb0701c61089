package docs_test

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/dustin/go-humanize"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	"github.com/caremarket/caremarket/pkg/period"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/seeds"
	"github.com/caremarket/caremarket/services/marketposition/facts"
	"github.com/caremarket/caremarket/services/marketposition/statement"
)

// checked is the need model run on the seeds for Gloucestershire, and what was published.
type checked struct {
	from, to  *marketpositionv1.NeedAssessment
	published map[string]float64
}

const (
	published = 20.0 // years, 2023 to 2043
	modelled  = 14.0 // years, 2023 to 2037
)

func run(t *testing.T) checked {
	t.Helper()
	day := period.NewDate(2026, 11, 1)
	atlas, err := seeds.Atlas(seeds.Files(), day)
	if err != nil {
		t.Fatal(err)
	}
	all, err := seeds.Facts(seeds.Files())
	if err != nil {
		t.Fatal(err)
	}
	county, _ := atlas.Authority("E10000013")
	in := statement.Inputs{Area: statement.AuthorityArea(atlas, county), AsAt: day.String(), Sources: figure.Sources{}}
	for _, source := range all.GetSources() {
		in.Sources[source.GetId()] = source
	}
	for _, one := range facts.Of(all) {
		if !concerns(atlas, one.Areas) {
			continue
		}
		entry, err := one.Entry(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Known.Add(entry); err != nil {
			t.Fatal(err)
		}
	}
	c := checked{published: map[string]float64{}}
	for year, into := range map[int]**marketpositionv1.NeedAssessment{2023: &c.from, 2037: &c.to} {
		if *into, err = statement.AssessNeed(in, year, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range all.GetPublishedFigures() {
		c.published[strings.TrimPrefix(p.GetName(), "publishedFigures/")], _ = figure.Value(p.GetFigure())
	}
	return c
}

func concerns(atlas *geo.Atlas, areas []string) bool {
	for _, code := range facts.DistrictsOf(atlas, areas) {
		if d, _ := atlas.District(geo.Code(code)); d.Authority == "E10000013" {
			return true
		}
	}
	return false
}

func need(t *testing.T, a *marketpositionv1.AreaNeed, s marketpositionv1.Setting) *commonv1.Figure {
	t.Helper()
	for _, n := range a.GetSettings() {
		if n.GetSetting() == s && n.GetClientGroup() == marketpositionv1.ClientGroup_CLIENT_GROUP_OLDER_PEOPLE {
			return n.GetNeed()
		}
	}
	t.Fatalf("no need of %v", s)
	return nil
}

func aged(a *marketpositionv1.AreaNeed, from int32) float64 {
	sum := 0.0
	for _, p := range a.GetPeople() {
		if p.GetFromAge() >= from {
			sum += p.GetExpected().GetValue()
		}
	}
	return sum
}

func whole(v float64) string { return humanize.Comma(int64(math.Round(v))) }

func between(f *commonv1.Figure) string {
	return fmt.Sprintf("%s (%s to %s)", whole(f.GetValue()), whole(f.GetRange().GetLow()), whole(f.GetRange().GetHigh()))
}

func percentMore(after, before float64) string { return fmt.Sprintf("+%.1f%%", 100*(after/before-1)) }

func aYear(ratio, years float64) string {
	return fmt.Sprintf("%.1f%%", 100*(math.Pow(ratio, 1/years)-1))
}

// rows are what the page must say, worked out from the model, the seeds and what was published.
func (c checked) rows(t *testing.T) []string {
	const home, residential, nursing = marketpositionv1.Setting_SETTING_HOME_CARE, marketpositionv1.Setting_SETTING_RESIDENTIAL, marketpositionv1.Setting_SETTING_NURSING
	then, now := c.from.GetTotal(), c.to.GetTotal()
	of := func(s marketpositionv1.Setting) (before, after *commonv1.Figure) {
		return need(t, then, s), need(t, now, s)
	}
	p := func(id string) float64 { return c.published["gloucestershire-"+id] }
	steady := func(before, after float64) string { return whole(before * math.Pow(after/before, modelled/published)) }
	homeThen, homeNow := of(home)
	clients, clientsAhead := p("community-care-people-2023"), p("community-care-people-2043")
	rows := []string{
		fmt.Sprintf("| Community care that the council arranges | %s | %s | %s | %s | %s |", whole(clients), whole(homeThen.GetRange().GetLow()),
			steady(clients, clientsAhead), whole(homeNow.GetRange().GetLow()), whole(clientsAhead)),
		fmt.Sprintf("| The same with those who buy it themselves | | %s | | %s | |", between(homeThen), between(homeNow)),
	}
	growth := []string{
		fmt.Sprintf("| Community care | %s | %s | %s | %s |", percentMore(clientsAhead, clients), aYear(clientsAhead/clients, published),
			percentMore(homeNow.GetValue(), homeThen.GetValue()), aYear(homeNow.GetValue()/homeThen.GetValue(), modelled)),
	}
	var bedsThen, bedsNow float64
	for _, one := range []struct {
		title, people, grown string
		setting              marketpositionv1.Setting
	}{
		{"Residential", "residential-people-2043", "residential-growth-2023-2043", residential},
		{"Nursing", "nursing-people-2043", "nursing-growth-2023-2043", nursing},
	} {
		ahead, percent := p(one.people), p(one.grown)
		before := ahead / (1 + percent/100)
		bedsThen, bedsNow = bedsThen+before, bedsNow+ahead
		a, b := of(one.setting)
		rows = append(rows, fmt.Sprintf("| %s care | %s | %s | %s | %s | %s |", one.title, whole(before), between(a), steady(before, ahead), between(b), whole(ahead)))
		growth = append(growth, fmt.Sprintf("| %s care | +%.0f%% | %s | %s | %s |", one.title, percent, aYear(1+percent/100, published),
			percentMore(b.GetValue(), a.GetValue()), aYear(b.GetValue()/a.GetValue(), modelled)))
	}
	for age, id := range map[int32]string{65: "older-adults-growth-2023-2043", 85: "aged-85-plus-growth-2023-2043"} {
		growth = append(growth, fmt.Sprintf("| People aged %d and over | +%.0f%% | %s | %s | %s |", age, p(id), aYear(1+p(id)/100, published),
			percentMore(aged(now, age), aged(then, age)), aYear(aged(now, age)/aged(then, age), modelled)))
	}
	for i, before := range c.from.GetDistricts() {
		after := c.to.GetDistricts()[i]
		more := func(s marketpositionv1.Setting) string {
			return percentMore(need(t, after, s).GetValue(), need(t, before, s).GetValue())
		}
		said := ""
		if percent, ok := c.published[strings.ToLower(before.GetTitle())+"-community-care-growth-2043"]; ok {
			said = fmt.Sprintf("+%.0f%%", percent)
		}
		growth = append(growth, fmt.Sprintf("| %s | %s | %s | %s | %s |", before.GetTitle(), said, more(home), more(residential), percentMore(aged(after, 85), aged(before, 85))))
	}
	return append(append(rows, growth...),
		fmt.Sprintf("in 2023 the two settings then held %s people", whole(bedsThen)),
		fmt.Sprintf("%s in January 2024", whole(p("older-people-residents-january-2024"))),
		fmt.Sprintf("%s people aged 65 and over in 2023", whole(aged(then, 65))),
		fmt.Sprintf("%s in 2037", whole(aged(now, 65))))
}

// What the page sets side by side comes from the model, run on the seeds, and from what was published.
func TestModelChecksAreTrue(t *testing.T) {
	text, err := os.ReadFile("model-checks.md")
	if err != nil {
		t.Fatal(err)
	}
	page := strings.Join(strings.Fields(string(text)), " ")
	for _, row := range run(t).rows(t) {
		if !strings.Contains(page, strings.Join(strings.Fields(row), " ")) {
			t.Errorf("the page does not say: %s", row)
		}
	}
}
