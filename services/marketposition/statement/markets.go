package statement

import (
	"slices"
	"strings"

	"github.com/caremarket/caremarket/pkg/figure"
	"github.com/caremarket/caremarket/pkg/geo"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/interaction"
)

// Markets are one district's need and markets as the model of their interaction takes them,
// and the figures that its numbers come from. They are those of older people.
type Markets struct {
	District geo.District
	// Year is that of the need; capacities are of the day of the inputs.
	Year int
	// Input is fit for the model when Withheld is nil.
	Input interaction.Input
	// Need counts people who need a place, in whatever setting.
	Need *commonv1.Figure
	// Wanted and Capacity split and meet it, in people. Serves is how many people one more
	// unit of each setting serves, PerWorker how many one more filled post.
	Wanted, Capacity, Serves, PerWorker [interaction.Count]*commonv1.Figure
	// Withheld stands in for every figure that needs all of the input, when something in it
	// is hidden or not known: nothing can be had by working backwards.
	Withheld *commonv1.Figure
}

// Instead is what a caller puts in the place of a district's live data; the zero value
// keeps all of it.
type Instead struct {
	Need *assume.Range
	// Shares says which settings people want, and sums to 1.
	Shares *interaction.BySetting
	// Capacity has an entry for each setting whose people served are given.
	Capacity map[interaction.Setting]assume.Range
}

// The assumptions that the interaction of markets rests on, beside the overflow shares.
const (
	peoplePerHome  = "extra-care-people-with-care-per-home"
	withinHomeCare = "extra-care-within-home-care-rate"
	peoplePerBed   = "people-served-per-bed"
)

// Overflow is the id of the assumption that says which share of those whom one setting turns
// away tries another.
func Overflow(from, to interaction.Setting) string {
	return "overflow-" + slug(from) + "-to-" + slug(to)
}

func slug(s interaction.Setting) string {
	switch s {
	case interaction.HomeCare:
		return "home-care"
	case interaction.ExtraCare:
		return "extra-care"
	case interaction.Residential:
		return "residential"
	default:
		return "nursing"
	}
}

// WireSetting is a setting of the model as messages have it.
func WireSetting(s interaction.Setting) marketpositionv1.Setting {
	switch s {
	case interaction.HomeCare:
		return marketpositionv1.Setting_SETTING_HOME_CARE
	case interaction.ExtraCare:
		return marketpositionv1.Setting_SETTING_EXTRA_CARE
	case interaction.Residential:
		return marketpositionv1.Setting_SETTING_RESIDENTIAL
	default:
		return marketpositionv1.Setting_SETTING_NURSING
	}
}

// ModelSetting is a setting of a message as the model has it; ok is false for those that
// the model leaves out.
func ModelSetting(s marketpositionv1.Setting) (setting interaction.Setting, ok bool) {
	at := slices.IndexFunc(settings(), func(m interaction.Setting) bool { return WireSetting(m) == s })
	return interaction.Setting(at), at >= 0
}

func settings() []interaction.Setting {
	all := interaction.Settings()
	return all[:]
}

// marketsBuilder puts the markets of one district together.
type marketsBuilder struct {
	*composer
	Markets
	code    string
	answers Answers
	instead Instead
	// missing are the assumptions that nobody made.
	missing []string
}

// markets puts a district's need of a year (0 for that of the day) and its markets
// together.
func (c *composer) markets(area Area, d geo.District, year int, instead Instead) Markets {
	b := marketsBuilder{
		composer: c, Markets: Markets{District: d, Year: year}, code: string(d.Code), answers: c.answers.Of(string(d.Code)), instead: instead,
	}
	b.wants(c.residents(area.one(d)))
	b.capacities(c.supplies(b.answers))
	b.worths()
	for _, from := range settings() {
		for _, to := range settings() {
			if from != to {
				b.Input.Overflow[from][to] = b.assumed(Overflow(from, to))
			}
		}
	}
	parts := slices.Concat([]*commonv1.Figure{b.Need}, b.Wanted[:], b.Capacity[:])
	basis := figure.Join(c.in.AsAt, parts...)
	b.Withheld = withheld(basis, unitPeople, parts...)
	if b.Withheld == nil && len(b.missing) > 0 {
		b.Withheld = basis.NotEnough("nothing is assumed of "+b.missing[0], unitPeople)
	}
	return b.Markets
}

// assumed is an assumption as it holds in the district.
func (b *marketsBuilder) assumed(id string) assume.Assumption {
	a, known := b.assumptions.For(id, b.code)
	if !known && !slices.Contains(b.missing, id) {
		b.missing = append(b.missing, id)
	}
	return a
}

// resting is a basis with the sources of assumptions beside its own.
func (c *composer) resting(b figure.Basis, on ...assume.Assumption) figure.Basis {
	ids := slices.Clone(b.SourceIDs)
	for _, a := range on {
		ids = append(ids, strings.Fields(a.Source)...)
	}
	joined := c.basis(b.AsAt, ids...)
	b.SourceIDs, b.Illustrative = joined.SourceIDs, b.Illustrative || joined.Illustrative
	return b
}

const (
	formulaNeedAll = "need for home care + need for extra care that its rate does not count already + need for residential and nursing care"
	formulaWanted  = "people who need a place x the share that wants this setting, at the central rates. The rate of home care counts people in extra care, " +
		"so they are taken off it: extra care homes needed x people with care in each"
	formulaWantedGiven = "people who need a place x the share that wants this setting, as the request has it"
	meaningWanted      = "all need low together, or all high together, in the same shares"
)

// wants says how many people need a place and what they want.
func (b *marketsBuilder) wants(residents []Residents) {
	needed := func(s marketpositionv1.Setting, t marketpositionv1.Tenure) *commonv1.Figure {
		return b.needIn(kind{s, t}, residents, b.Year)
	}
	home := needed(marketpositionv1.Setting_SETTING_HOME_CARE, 0)
	rent := needed(marketpositionv1.Setting_SETTING_EXTRA_CARE, marketpositionv1.Tenure_TENURE_RENT)
	owned := needed(marketpositionv1.Setting_SETTING_EXTRA_CARE, marketpositionv1.Tenure_TENURE_OWNERSHIP)
	residential := needed(marketpositionv1.Setting_SETTING_RESIDENTIAL, 0)
	nursing := needed(marketpositionv1.Setting_SETTING_NURSING, 0)
	each, within := b.assumed(peoplePerHome), b.assumed(withinHomeCare)
	parts := []*commonv1.Figure{home, rent, owned, residential, nursing}
	basis := b.resting(figure.Join(b.in.AsAt, parts...), each, within)
	unknown := withheld(basis, unitPeople, parts...)

	extra := rangeOf(rent).Add(rangeOf(owned)).Scale(each.Central)
	need, wanted := people(rangeOf(home), extra, rangeOf(residential), rangeOf(nursing), within.Central)
	b.need(basis, unknown, need)
	b.want(basis, unknown, wanted)
}

// need is what the rates give, or what the request says.
func (b *marketsBuilder) need(basis figure.Basis, unknown *commonv1.Figure, need assume.Range) {
	switch {
	case b.instead.Need != nil:
		need = *b.instead.Need
		b.Need = b.asGiven(need)
	case unknown != nil:
		b.Need = figure.With(cloned(unknown), formulaNeedAll)
	default:
		b.Need = figure.With(basis.Ranged(need.Low, need.Central, need.High, unitPeople, meaningNeed), formulaNeedAll)
	}
	b.Input.Need = need
}

// want splits the need by setting, as the rates give it or as the request says.
func (b *marketsBuilder) want(basis figure.Basis, unknown *commonv1.Figure, wanted interaction.BySetting) {
	formula := formulaWanted
	if b.instead.Shares != nil {
		wanted, unknown, formula = *b.instead.Shares, nil, formulaWantedGiven
		basis = b.given()
	}
	total := wanted.Sum()
	if unknown == nil && total == 0 {
		unknown = basis.NotEnough("nobody needs care", unitPeople)
	}
	for s := range b.Wanted {
		if unknown != nil {
			b.Wanted[s] = unknown
			continue
		}
		b.Input.Shares[s] = wanted[s] / total
		of := b.Input.Need.Scale(b.Input.Shares[s])
		rests := figure.Join(b.in.AsAt, b.Need, basis.Of(0, unitPeople))
		b.Wanted[s] = figure.With(rests.Ranged(of.Low, of.Central, of.High, unitPeople, meaningWanted), formula)
	}
}

// people adds up who needs a place, and splits the central values by setting. Within is the
// share of the people in extra care whom the need for home care counts already.
func people(home, extra, residential, nursing assume.Range, within float64) (assume.Range, interaction.BySetting) {
	apart := func(home, extra float64) float64 { return max(0, home-within*extra) }
	wanted := interaction.BySetting{
		interaction.HomeCare: apart(home.Central, extra.Central), interaction.ExtraCare: extra.Central,
		interaction.Residential: residential.Central, interaction.Nursing: nursing.Central,
	}
	community := assume.Range{
		Low:     apart(home.Low, extra.Low) + extra.Low,
		Central: apart(home.Central, extra.Central) + extra.Central,
		High:    apart(home.High, extra.High) + extra.High,
	}
	return community.Add(residential).Add(nursing), wanted
}

const (
	formulaGiven  = "as the request has it"
	formulaPlaces = "effective supply of homes x people with care in each"
	formulaServed = "effective supply: each bed serves one person"
	meaningPlaces = "few or many of the people in extra care have care needs"
)

// given is the basis of what a request states.
func (c *composer) given() figure.Basis { return c.basis(c.in.AsAt, GivenByCaller().GetId()) }

func (c *composer) asGiven(r assume.Range) *commonv1.Figure {
	return figure.With(c.given().Ranged(r.Low, r.Central, r.High, unitPeople, formulaGiven), formulaGiven)
}

// capacities says how many people each setting can serve.
func (b *marketsBuilder) capacities(supplies map[kind]*commonv1.Figure) {
	b.Capacity = [interaction.Count]*commonv1.Figure{
		interaction.HomeCare:    supplies[kind{setting: marketpositionv1.Setting_SETTING_HOME_CARE}],
		interaction.ExtraCare:   b.peopleInExtraCare(supplies),
		interaction.Residential: asPeople(supplies[kind{setting: marketpositionv1.Setting_SETTING_RESIDENTIAL}]),
		interaction.Nursing:     asPeople(supplies[kind{setting: marketpositionv1.Setting_SETTING_NURSING}]),
	}
	for s := range b.Capacity {
		if given, ok := b.instead.Capacity[interaction.Setting(s)]; ok {
			b.Capacity[s] = b.asGiven(given)
		}
		if b.Capacity[s] == nil {
			b.Capacity[s] = b.basis(b.in.AsAt).NotEnough("the market that gives it did not answer", unitPeople)
		}
		b.Input.Capacity[s] = rangeOf(b.Capacity[s])
	}
}

// asPeople counts beds as the people who lie in them; nil stays nil.
func asPeople(beds *commonv1.Figure) *commonv1.Figure {
	if beds == nil {
		return nil
	}
	f := cloned(beds)
	f.Unit = unitPeople
	f.Formula = formulaServed + ". " + f.GetFormula()
	return f
}

// peopleInExtraCare is how many people with care the homes of both tenures can hold; nil
// when the market did not answer.
func (b *marketsBuilder) peopleInExtraCare(supplies map[kind]*commonv1.Figure) *commonv1.Figure {
	rent := supplies[kind{marketpositionv1.Setting_SETTING_EXTRA_CARE, marketpositionv1.Tenure_TENURE_RENT}]
	owned := supplies[kind{marketpositionv1.Setting_SETTING_EXTRA_CARE, marketpositionv1.Tenure_TENURE_OWNERSHIP}]
	if rent == nil || owned == nil {
		return nil
	}
	each := b.assumed(peoplePerHome)
	basis := b.resting(figure.Join(b.in.AsAt, rent, owned), each)
	if f := withheld(basis, unitPeople, rent, owned); f != nil {
		return figure.With(f, formulaPlaces)
	}
	homes := rangeOf(rent).Add(rangeOf(owned))
	return figure.With(basis.Ranged(homes.Low*each.Low, homes.Central*each.Central, homes.High*each.High, unitPeople, meaningPlaces), formulaPlaces)
}
