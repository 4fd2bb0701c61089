package workforce

// prime is the field that lines are solved in: exact, and far above any coefficient.
const prime = 2_147_483_647

// solved are the hidden cells that the lines together determine, whatever stands in the
// others: those alone in a row of the reduced row echelon form of the lines, with all that
// is shown taken as known.
func (m mask) solved(lines []line) []cell {
	var unknown []cell
	column := make(map[cell]int)
	note := func(c cell) {
		if _, seen := column[c]; m[c] != shown && !seen {
			column[c] = len(unknown)
			unknown = append(unknown, c)
		}
	}
	for _, l := range lines {
		note(l.sum)
		for _, p := range l.parts {
			note(p)
		}
	}
	var rows [][]int64
	for _, l := range lines {
		if m.hiddenIn(l) == 0 {
			continue
		}
		row := make([]int64, len(unknown))
		for _, p := range l.parts {
			if m[p] != shown {
				row[column[p]] = 1
			}
		}
		if m[l.sum] != shown {
			row[column[l.sum]] = prime - 1
		}
		rows = append(rows, row)
	}
	var out []cell
	for _, row := range echelon(rows, len(unknown)) {
		if i, alone := onlyOne(row); alone {
			out = append(out, unknown[i])
		}
	}
	return out
}

// echelon reduces rows in place and returns those that are not empty.
func echelon(rows [][]int64, width int) [][]int64 {
	rank := 0
	for col := 0; col < width && rank < len(rows); col++ {
		pivot := rank
		for pivot < len(rows) && rows[pivot][col] == 0 {
			pivot++
		}
		if pivot == len(rows) {
			continue
		}
		rows[rank], rows[pivot] = rows[pivot], rows[rank]
		scale(rows[rank], inverse(rows[rank][col]))
		for i := range rows {
			if i != rank && rows[i][col] != 0 {
				subtract(rows[i], rows[rank], rows[i][col])
			}
		}
		rank++
	}
	return rows[:rank]
}

func scale(row []int64, by int64) {
	for j, x := range row {
		row[j] = x * by % prime
	}
}

func subtract(from, row []int64, times int64) {
	for j, x := range row {
		if x != 0 {
			from[j] = (from[j] + (prime-times)*x) % prime
		}
	}
}

// inverse is x to the power of prime - 2, by Fermat's little theorem.
func inverse(x int64) int64 {
	out := int64(1)
	for n := int64(prime - 2); n > 0; n /= 2 {
		if n%2 == 1 {
			out = out * x % prime
		}
		x = x * x % prime
	}
	return out
}

func onlyOne(row []int64) (at int, alone bool) {
	n := 0
	for i, x := range row {
		if x != 0 {
			at = i
			n++
		}
	}
	return at, n == 1
}
