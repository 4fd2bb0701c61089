package flows

import (
	"cmp"
	"slices"
)

// tally adds up one period.
type tally struct {
	cells       map[[2]string]int
	authorities map[string]*Authority
	districts   map[string]*District
}

func newTally() *tally {
	return &tally{
		cells:       make(map[[2]string]int),
		authorities: make(map[string]*Authority),
		districts:   make(map[string]*District),
	}
}

func (t *tally) authority(code string) *Authority {
	if t.authorities[code] == nil {
		t.authorities[code] = &Authority{Code: code}
	}
	return t.authorities[code]
}

func (t *tally) district(code, authority string) *District {
	if t.districts[code] == nil {
		t.districts[code] = &District{Code: code, Authority: authority}
	}
	return t.districts[code]
}

func (t *tally) place(p Placement) {
	t.cells[[2]string{p.Origin, p.Authority}] += p.People
	authority, district := t.authority(p.Authority), t.district(p.District, p.Authority)
	switch p.Origin {
	case Unknown:
		authority.Unknown += p.People
		district.Unknown += p.People
	case p.Authority:
		authority.Own += p.People
		district.Own += p.People
	default:
		authority.Imported += p.People
		district.Imported += p.People
		t.authority(p.Origin).Exported += p.People
	}
}

// period puts the tally in order.
func (t *tally) period(period string) Period {
	out := Period{Period: period}
	for pair, people := range t.cells {
		if people > 0 {
			out.Cells = append(out.Cells, Cell{pair[0], pair[1], people})
		}
	}
	for _, authority := range t.authorities {
		out.Authorities = append(out.Authorities, *authority)
	}
	for _, district := range t.districts {
		out.Districts = append(out.Districts, *district)
	}
	slices.SortFunc(out.Cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Origin, b.Origin), cmp.Compare(a.Destination, b.Destination))
	})
	slices.SortFunc(out.Authorities, func(a, b Authority) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortFunc(out.Districts, func(a, b District) int { return cmp.Compare(a.Code, b.Code) })
	return out
}
