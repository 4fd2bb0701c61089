package statement

import (
	"cmp"
	"slices"

	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
	"github.com/caremarket/caremarket/services/marketposition/model/assume"
	"github.com/caremarket/caremarket/services/marketposition/model/need"
)

// rates are those of older people in a district, in people, each of one of the four
// settings; why says what is missing.
func (o *Outlook) rates(district string) (rates []need.Rate, why string) {
	const rent, ownership = marketpositionv1.Tenure_TENURE_RENT, marketpositionv1.Tenure_TENURE_OWNERSHIP
	each, _ := o.composer.assumptions.For(peoplePerHome, district)
	within, _ := o.composer.assumptions.For(withinHomeCare, district)
	home := o.ratesOf(kind{setting: marketpositionv1.Setting_SETTING_HOME_CARE}, district)
	var extra []need.Rate
	for _, tenure := range []marketpositionv1.Tenure{rent, ownership} {
		for _, r := range o.ratesOf(kind{marketpositionv1.Setting_SETTING_EXTRA_CARE, tenure}, district) {
			extra = append(extra, inPeople(r, each))
		}
	}
	rates = append(apart(home, extra, within.Central), extra...)
	rates = append(rates, o.ratesOf(kind{setting: marketpositionv1.Setting_SETTING_RESIDENTIAL}, district)...)
	rates = append(rates, o.ratesOf(kind{setting: marketpositionv1.Setting_SETTING_NURSING}, district)...)
	for _, s := range settings() {
		if !slices.ContainsFunc(rates, func(r need.Rate) bool { return r.Setting == s.String() }) {
			return nil, "no rate of need for " + s.String() + " is known"
		}
	}
	return rates, ""
}

// ratesOf are the rates of a kind in a district, by the model's name of its setting.
func (o *Outlook) ratesOf(k kind, district string) []need.Rate {
	rates := inModel(o.composer.ratesFor(group{k, olderPeople}, district))
	setting, _ := ModelSetting(k.setting)
	for i := range rates {
		rates[i].Setting = setting.String()
		if k.tenure != marketpositionv1.Tenure_TENURE_UNSPECIFIED {
			rates[i].ClientGroup = k.String()
		}
	}
	return rates
}

// inPeople turns a rate of homes into one of people with care.
func inPeople(homes need.Rate, each assume.Assumption) need.Rate {
	homes.People.Low *= each.Low
	homes.People.Central *= each.Central
	homes.People.High *= each.High
	homes.People.Source += " " + each.Source
	return homes
}

// apart is the rate of home care without those in extra care whom it counts: at the central
// rates, age by age, and with the range of the rate itself. Within is the share of them that it
// counts.
func apart(home, extra []need.Rate, within float64) []need.Rate {
	var out []need.Rate
	for _, r := range home {
		for _, band := range cut(r.Band, extra) {
			central := r.PerPerson().Central
			rest := central
			for _, x := range extra {
				if x.Band.From <= band.From && band.To <= x.Band.To {
					rest -= within * x.PerPerson().Central
				}
			}
			if central == 0 {
				continue
			}
			part, left := r, max(0, rest)/central
			part.Band, part.People.Range = band, r.People.Scale(left)
			out = append(out, part)
		}
	}
	return out
}

// cut divides a band where others begin or end.
func cut(band need.AgeBand, at []need.Rate) []need.AgeBand {
	starts := []int{band.From}
	for _, r := range at {
		for _, age := range []int{r.Band.From, r.Band.To + 1} {
			if r.Band.To == need.AndOver && age != r.Band.From {
				continue
			}
			if age > band.From && age <= band.To {
				starts = append(starts, age)
			}
		}
	}
	slices.SortFunc(starts, cmp.Compare[int])
	starts = slices.Compact(starts)
	bands := make([]need.AgeBand, len(starts))
	for i, from := range starts {
		bands[i] = need.AgeBand{From: from, To: band.To}
		if i+1 < len(starts) {
			bands[i].To = starts[i+1] - 1
		}
	}
	return bands
}
