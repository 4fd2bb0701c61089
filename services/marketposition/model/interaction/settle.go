package interaction

// Setting is a kind of care that a person may want or be placed in.
type Setting int

// The four settings. The first two are community services, the last two care homes.
const (
	HomeCare Setting = iota
	ExtraCare
	Residential
	Nursing
)

// Count is how many settings there are.
const Count = 4

// Settings are all four, in order.
func Settings() [Count]Setting { return [Count]Setting{HomeCare, ExtraCare, Residential, Nursing} }

// String is the setting's name in words.
func (s Setting) String() string {
	names := [Count]string{"home care", "extra care", "residential", "nursing"}
	if s < 0 || s >= Count {
		return "unknown setting"
	}
	return names[s]
}

// ParseSetting returns the setting that has the name.
func ParseSetting(name string) (s Setting, known bool) {
	for _, s := range Settings() {
		if s.String() == name {
			return s, true
		}
	}
	return 0, false
}

// Community reports whether the setting lets people stay in a home of their own.
func (s Setting) Community() bool { return s == HomeCare || s == ExtraCare }

// BySetting holds a number for each setting.
type BySetting [Count]float64

// Sum adds up the settings.
func (b BySetting) Sum() float64 { return b[HomeCare] + b[ExtraCare] + b[Residential] + b[Nursing] }

// Matrix holds a number for each pair of settings: from the first to the second.
type Matrix [Count]BySetting

// Market is one exact state of a district's markets.
type Market struct {
	// Need is how many people need a place; Shares says which setting they want and sums to 1.
	Need   float64
	Shares BySetting
	// Capacity is how many people each setting can serve; +Inf for one without limit.
	Capacity BySetting
	// Overflow[s][t] is the share of those whom s turns away that goes on to try t. No row sums to more
	// than 1, and none sends people back to itself.
	Overflow Matrix
}

// Outcome says where everyone ended.
type Outcome struct {
	// Placed[wanted][got] counts people by the setting they wanted and the one that took them.
	Placed Matrix
	// Unmet counts those without a place by the setting they wanted.
	Unmet BySetting
}

// PlacedIn is how many people the setting serves.
func (o Outcome) PlacedIn(s Setting) float64 {
	return o.Placed[HomeCare][s] + o.Placed[ExtraCare][s] + o.Placed[Residential][s] + o.Placed[Nursing][s]
}

// WantedCommunity is how many of the people in care homes wanted home care or extra care.
func (o Outcome) WantedCommunity() float64 {
	var sum float64
	for _, wanted := range Settings() {
		if wanted.Community() {
			sum += o.Placed[wanted][Residential] + o.Placed[wanted][Nursing]
		}
	}
	return sum
}

// CareHomes is how many people care homes serve.
func (o Outcome) CareHomes() float64 { return o.PlacedIn(Residential) + o.PlacedIn(Nursing) }

// network is a market on its way from empty to settled.
type network struct {
	// seeking[wanted][t] is the share of all people who wanted a setting and now find their way to t.
	seeking Matrix
	// lost is the share of all people, by what they wanted, who now find no place.
	lost BySetting
	// onward and quits are where a full setting would send people, past those already full.
	onward Matrix
	quits  BySetting
	free   BySetting
	full   [Count]bool
}

// Settle sends everyone to a place or to none. The market must be valid: see [Input.Validate].
func Settle(m Market) Outcome {
	n := network{onward: m.Overflow, free: m.Capacity}
	for s := range Count {
		n.seeking[s][s] = m.Shares[s]
		n.quits[s] = quitting(m.Overflow[s])
	}
	var outcome Outcome
	for left := m.Need; left > 0; {
		next, people := n.nextToFill(left)
		for s := range Count {
			for t := range Count {
				outcome.Placed[s][t] += n.seeking[s][t] * people
				n.free[t] -= n.seeking[s][t] * people
			}
			outcome.Unmet[s] += n.lost[s] * people
		}
		if next < 0 {
			break
		}
		left -= people
		n.close(next)
	}
	return outcome
}

// rounding is how far a row of shares may be from its sum by the rounding of its decimals.
const rounding = 1e-9

// quitting is the share of those turned away who try nowhere else.
func quitting(onward BySetting) float64 {
	if share := 1 - onward.Sum(); share > rounding {
		return share
	}
	return 0
}

// nextToFill returns the setting that fills up first and how many of the people left come until then;
// if none fills, -1 and all that are left.
func (n *network) nextToFill(left float64) (next int, people float64) {
	next, people = -1, left
	for t := range Count {
		if n.full[t] {
			continue
		}
		stream := n.seeking[HomeCare][t] + n.seeking[ExtraCare][t] + n.seeking[Residential][t] + n.seeking[Nursing][t]
		if stream <= 0 {
			continue
		}
		if until := max(0, n.free[t]) / stream; until < people {
			next, people = t, until
		}
	}
	return next, people
}

// close marks t full and sends on, past it, everyone who would come to it. Shares are only ever added
// and divided by their own sum, never subtracted, so no digits are lost however often people circle.
func (n *network) close(t int) {
	n.full[t] = true
	leaving := n.quits[t]
	for u := range Count {
		if !n.full[u] {
			leaving += n.onward[t][u]
		}
	}
	var onward BySetting
	quits := 1.0
	if leaving > 0 {
		quits = n.quits[t] / leaving
		for u := range Count {
			if !n.full[u] {
				onward[u] = n.onward[t][u] / leaving
			}
		}
	}
	for s := range Count {
		redirect(&n.seeking[s], &n.lost[s], t, onward, quits)
		if !n.full[s] {
			redirect(&n.onward[s], &n.quits[s], t, onward, quits)
		}
	}
}

// redirect sends the stream to t onward, and what quits to lost.
func redirect(stream *BySetting, lost *float64, t int, onward BySetting, quits float64) {
	moved := stream[t]
	if moved == 0 {
		return
	}
	stream[t] = 0
	for u := range Count {
		stream[u] += moved * onward[u]
	}
	*lost += moved * quits
}
