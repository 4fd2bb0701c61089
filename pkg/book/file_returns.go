package book

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/caremarket/caremarket/pkg/intake"
	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// Draft is a return as it was read from the rows of a file.
type Draft[R proto.Message] struct {
	Return R
	// Rows says which of the rows gave a part of the return, such as "beds[2]"; what is
	// not listed is of the first.
	Rows map[string]int
}

// Sheet says how the rows of a file become returns. The rows of one return, which is of
// one place and one day, stand together in the file.
type Sheet[P, R proto.Message] interface {
	// Layout says by which columns the file is known.
	Layout() intake.Layout
	// Filing says which place, by its bare id, and which ISO day a row speaks of, noting
	// on the row what is wrong with that.
	Filing(row *intake.Row) (place, day string)
	// Draft makes one return of the rows of a place and a day, noting on them what is
	// wrong. The place is empty when it is not on the register, and the day when it
	// could not be read. A return with a faulty row is not kept.
	Draft(p P, day string, rows []*intake.Row) Draft[R]
	// Notes are for people: what the layout leaves in doubt.
	Notes() []string
}

// drafted is how many returns of a file are kept at a time.
const drafted = 500

// ImportReturns keeps the returns of a file, laid out as one of the sheets, in one write:
// all of them, or none unless the file is taken in part. A return that the same edition
// gave before is unchanged.
func (b *Book[P, R]) ImportReturns(ctx context.Context, f File, sheets ...Sheet[P, R]) (intake.Report, error) {
	layouts := make([]intake.Layout, len(sheets))
	byName := make(map[string]Sheet[P, R], len(sheets))
	for i, s := range sheets {
		layouts[i] = s.Layout()
		byName[layouts[i].Name] = s
	}
	return b.ImportRows(ctx, f, layouts, func(k *Bulk[P, R], rows *intake.Rows, run *Reading) error {
		p := &pile[P, R]{bulk: k, run: run, sheet: byName[rows.Layout.Name], edition: f.Edition.GetId(), seen: map[filing]int{}}
		run.Report.Notes = p.sheet.Notes()
		for row, err := range rows.All(ctx, f.Options.Progress) {
			if err != nil {
				return err
			}
			run.Report.Rows++
			if err := p.add(ctx, row.Clone()); err != nil {
				return err
			}
		}
		return p.file(ctx)
	})
}

// filing is what a return is of.
type filing struct{ place, day string }

// group is the rows of one return.
type group struct {
	filing
	rows []*intake.Row
}

func (g *group) faulty() bool {
	for _, row := range g.rows {
		if row.Faulty() {
			return true
		}
	}
	return false
}

// pile gathers rows until there are enough returns to keep.
type pile[P, R proto.Message] struct {
	bulk    *Bulk[P, R]
	run     *Reading
	sheet   Sheet[P, R]
	edition string
	groups  []*group
	// seen is the first row of every return so far.
	seen map[filing]int
}

func (p *pile[P, R]) add(ctx context.Context, row *intake.Row) error {
	place, day := p.sheet.Filing(row)
	// Of their own, so that the whole line is not kept for the sake of them.
	of := filing{strings.Clone(place), strings.Clone(day)}
	if n := len(p.groups); n > 0 {
		last := p.groups[n-1]
		// What speaks of the place but not of a day spoils its return, which lacks a row.
		if last.filing == of || (row.Faulty() && last.place == of.place) {
			last.rows = append(last.rows, row)
			return nil
		}
	}
	if len(p.groups) == drafted {
		if err := p.file(ctx); err != nil {
			return err
		}
	}
	if first, before := p.seen[of]; before && !row.Faulty() {
		row.Fault("", "speaks of the same place and day as row %d, with others between: put the rows of a return together", first)
	}
	if !row.Faulty() {
		p.seen[of] = row.Number()
	}
	p.groups = append(p.groups, &group{filing: of, rows: []*intake.Row{row}})
	return nil
}

// file keeps the gathered returns and rejects the rows of those that are not sound.
func (p *pile[P, R]) file(ctx context.Context) error {
	sound, submissions, drafts, err := p.draft(ctx)
	if err != nil {
		return err
	}
	results, err := p.bulk.Submit(ctx, submissions)
	if err != nil {
		return err
	}
	for i, result := range results {
		for _, fault := range result.GetFaults() {
			row, column := drafts[i].at(fault.GetField())
			sound[i].rows[row].Fault(column, "%s", fault.GetDescription())
		}
		if result.GetOutcome() != commonv1.RowOutcome_ROW_OUTCOME_REFUSED {
			p.run.Count(result.GetOutcome())
		}
	}
	for _, g := range p.groups {
		p.reject(g)
	}
	p.groups = nil
	return nil
}

// draft reads the gathered rows as returns, and gives those without faults.
func (p *pile[P, R]) draft(ctx context.Context) (sound []*group, submissions []Submission[R], drafts []Draft[R], err error) {
	ids := make([]string, len(p.groups))
	for i, g := range p.groups {
		ids[i] = g.place
	}
	places, err := p.bulk.Places(ctx, ids...)
	if err != nil {
		return nil, nil, nil, err
	}
	for _, g := range p.groups {
		place, known := places[g.place]
		if !known {
			place = p.bulk.book.newPlace()
		}
		draft := p.sheet.Draft(place, g.day, g.rows)
		if !known && g.place != "" {
			g.rows[0].Fault("", "%s is not on the register", p.bulk.book.name(g.place))
		}
		if g.faulty() {
			continue
		}
		id, err := requestID(p.edition, g.filing, draft.Return)
		if err != nil {
			return nil, nil, nil, err
		}
		sound, drafts = append(sound, g), append(drafts, draft)
		submissions = append(submissions, Submission[R]{Return: draft.Return, RequestID: id})
	}
	return sound, submissions, drafts, nil
}

// reject rejects all rows of a return when one of them is faulty: half a return would say
// something else.
func (p *pile[P, R]) reject(g *group) {
	if !g.faulty() {
		return
	}
	first := 0
	for _, row := range g.rows {
		if row.Faulty() {
			first = row.Number()
			break
		}
	}
	for _, row := range g.rows {
		if !row.Faulty() {
			row.Fault("", "belongs to the same return as row %d, which is faulty", first)
		}
		p.run.Rejects.Add(row)
	}
}

// at finds the row and the column that a field of the return was read from.
func (d Draft[R]) at(field string) (row int, column string) {
	part, rest, _ := strings.Cut(field, ".")
	if i, ok := d.Rows[part]; ok {
		return i, rest
	}
	return 0, field
}

// returnsOfFiles is the name space of the request ids of imported returns (RFC 9562,
// version 5).
const returnsOfFiles = "urn:caremarket:returns-of-files"

// requestID is the same whenever the same edition says the same of a place and a day.
func requestID(edition string, of filing, r proto.Message) (string, error) {
	payload, err := keep.Marshal(r)
	if err != nil {
		return "", fmt.Errorf("encode a return: %w", err)
	}
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte(returnsOfFiles))
	said := append([]byte(strings.Join([]string{edition, of.place, of.day, ""}, "\x00")), payload...)
	return uuid.NewSHA1(space, said).String(), nil
}

// Part names one of a repeated field: "beds[2]".
func Part(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }
