package scenario

import "github.com/caremarket/caremarket/services/marketposition/model/interaction"

// pulled is what all levers of a year come to in one draw.
type pulled struct {
	places, posts, starters  interaction.BySetting
	timesNeed, timesTurnover interaction.BySetting
	timesOverflow            interaction.Matrix
}

// unpulled changes nothing.
func unpulled() pulled {
	var p pulled
	for s := range interaction.Count {
		p.timesNeed[s], p.timesTurnover[s] = 1, 1
		for t := range interaction.Count {
			p.timesOverflow[s][t] = 1
		}
	}
	return p
}

// pull is what the levers come to.
func (r *run) pull(active []int) pulled {
	p := unpulled()
	for _, i := range active {
		lever, by := &r.in.Levers[i], r.values[r.levers[i]]
		switch lever.What {
		case AddPlaces:
			p.places[lever.Setting] += by
		case AddPosts:
			p.posts[lever.Setting] += by
		case AddStarters:
			p.starters[lever.Setting] += by
		case TimesTurnover:
			p.timesTurnover[lever.Setting] *= by
		case TimesNeed:
			p.timesNeed[lever.Setting] *= by
		case TimesOverflow:
			p.timesOverflow[lever.Setting][lever.To] *= by
		}
	}
	return p
}
