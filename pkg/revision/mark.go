package revision

import "strconv"

// MaxServices is how many services one answer may rest on.
const MaxServices = 8

// Mark says what an answer was worked out from: for each service it rests on, in an order the caller
// keeps to, the newest commit that touched what it speaks of. Two answers to one question with equal marks are
// equal. It can be compared with == and used as a map's key. The zero Mark is that of a district that nothing
// has touched.
type Mark struct {
	// Commits holds one commit number per service; unused places stay 0.
	Commits [MaxServices]int64
	// Epoch rises, in this process only, when a followed service's numbers begin again; 0 before that.
	Epoch uint64
}

// At is the mark of an answer that rests on these commits, one per service, in the first history that this
// process saw of them. Commits beyond [MaxServices] are left out.
func At(commits ...int64) Mark {
	var m Mark
	copy(m.Commits[:], commits)
	return m
}

// To is the mark of an answer that was asked for at m and worked out from these commits: one per service, in m's order.
func (m Mark) To(commits ...int64) Mark {
	to := At(commits...)
	to.Epoch = m.Epoch
	return to
}

// Read returns where the trackers stand for a district, in their order and at most [MaxServices] of them, and whether
// all of them are current, which is when an answer of this mark may be given as today's.
func Read(district string, trackers ...*Tracker) (m Mark, current bool) {
	return read(trackers, func(t *table) int64 { return t.commit(district) })
}

// ReadArea is Read for several districts together: their newest commit.
func ReadArea(districts []string, trackers ...*Tracker) (m Mark, current bool) {
	return read(trackers, func(t *table) int64 {
		var newest int64
		for _, d := range districts {
			newest = max(newest, t.commit(d))
		}
		return newest
	})
}

// ReadService is Read for answers that any commit of the services may change.
func ReadService(trackers ...*Tracker) (m Mark, current bool) {
	return read(trackers, func(t *table) int64 { return t.global.Load() })
}

func read(trackers []*Tracker, stand func(*table) int64) (m Mark, current bool) {
	current = true
	for i, t := range trackers[:min(len(trackers), MaxServices)] {
		// Before the commit: if the tracker lapses in between, the answer is still of a moment when it had not.
		current = current && t.Current()
		table := t.table.Load()
		m.Commits[i] = stand(table)
		m.Epoch += table.epoch
	}
	return m, current
}

// Covers reports whether an answer of mark m knows everything that one of mark other knows.
func (m Mark) Covers(other Mark) bool {
	if m.Epoch != other.Epoch {
		return m.Epoch > other.Epoch
	}
	for i, commit := range other.Commits {
		if m.Commits[i] < commit {
			return false
		}
	}
	return true
}

// String writes the commits with dots between and without the unused places, and the epoch before them if
// there was one: "5", "12.0.7", "1~3". It tells any two marks of the same services apart.
func (m Mark) String() string {
	return string(m.Append(nil))
}

// Append appends what String returns to b.
func (m Mark) Append(b []byte) []byte {
	if m.Epoch > 0 {
		b = append(strconv.AppendUint(b, m.Epoch, 10), '~')
	}
	used := MaxServices
	for used > 1 && m.Commits[used-1] == 0 {
		used--
	}
	for i, commit := range m.Commits[:used] {
		if i > 0 {
			b = append(b, '.')
		}
		b = strconv.AppendInt(b, commit, 10)
	}
	return b
}
