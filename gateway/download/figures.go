package download

import (
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
	marketpositionv1 "github.com/caremarket/caremarket/proto/gen/caremarket/marketposition/v1"
)

// Names of the columns around a figure's keys.
var (
	contextColumns = []string{"name", "title", "as_at", "known_at"}
	figureColumns  = []string{
		"measure", "value", "state", "why", "unit", "low", "high", "figure_as_at",
		"responding", "expected", "newest", "oldest", "stale", "illustrative", "source_ids", "formula",
	}
)

const tableColumn = "table"

// figures makes a table of every figure in an answer, in the order of its fields. A column
// before the table's name says of which place and day a figure speaks; one after it for
// each key, such as bed_type, says of which entry of its list.
func figures(answer protoreflect.Message, holds holds) table {
	f := &figureTable{holds: holds, root: snake(string(answer.Descriptor().Name()))}
	f.findColumns(answer.Descriptor(), false)
	f.columns = slices.Concat(f.contexts, []string{tableColumn}, f.keys, figureColumns)
	f.walk(answer, place{cells: map[string]string{}})
	return table{f.columns, f.rows}
}

// figureTable grows the table.
type figureTable struct {
	holds          holds
	root           string
	contexts, keys []string
	columns        []string
	rows           [][]string
}

// place is where in the answer a figure stands: the path to it and the cells that its row
// has from above.
type place struct {
	path  string
	cells map[string]string
}

func (p place) inside(name string) place { return place{join(p.path, name), p.cells} }

// findColumns finds the contexts and keys of a message and of all that holds figures in it.
func (f *figureTable) findColumns(m protoreflect.MessageDescriptor, isEntry bool) {
	fields := m.Fields()
	for _, name := range contextColumns {
		if fields.ByName(protoreflect.Name(name)) != nil && !slices.Contains(f.contexts, name) {
			f.contexts = append(f.contexts, name)
			slices.SortFunc(f.contexts, func(a, b string) int {
				return slices.Index(contextColumns, a) - slices.Index(contextColumns, b)
			})
		}
	}
	if isEntry {
		f.holds.eachKey(m, func(column string, _ []protoreflect.FieldDescriptor) {
			if !slices.Contains(f.keys, column) {
				f.keys = append(f.keys, column)
			}
		})
	}
	for i := range fields.Len() {
		if field := fields.Get(i); f.holds.inField(field) {
			f.findColumns(field.Message(), field.IsList())
		}
	}
}

// walk adds a row for each figure in m.
func (f *figureTable) walk(m protoreflect.Message, at place) {
	at.cells = maps.Clone(at.cells)
	fields := m.Descriptor().Fields()
	for _, name := range f.contexts {
		if field := fields.ByName(protoreflect.Name(name)); field != nil {
			at.cells[name] = cell(m, field)
		}
	}
	for i := range fields.Len() {
		field := fields.Get(i)
		switch {
		case field.Message() == nil || !m.Has(field):
		case isFigure(field.Message()):
			f.addFigures(m, field, at)
		case field.Message().FullName() == sectionState:
			f.addState(m.Get(field).Message(), at)
		case !f.holds.inField(field):
		case field.IsList():
			for j, list := 0, m.Get(field).List(); j < list.Len(); j++ {
				f.walk(list.Get(j).Message(), f.entry(list.Get(j).Message(), at.inside(string(field.Name()))))
			}
		default:
			f.walk(m.Get(field).Message(), at.inside(string(field.Name())))
		}
	}
}

// entry adds the keys of an entry to the cells of its figures.
func (f *figureTable) entry(m protoreflect.Message, at place) place {
	at.cells = maps.Clone(at.cells)
	f.holds.eachKey(m.Descriptor(), func(column string, path []protoreflect.FieldDescriptor) {
		inner := m
		for _, field := range path[:len(path)-1] {
			inner = inner.Get(field).Message()
		}
		at.cells[column] = cell(inner, path[len(path)-1])
	})
	return at
}

func (f *figureTable) addFigures(m protoreflect.Message, field protoreflect.FieldDescriptor, at place) {
	if !field.IsList() {
		f.addFigure(m.Get(field).Message(), string(field.Name()), at)
		return
	}
	for i, list := 0, m.Get(field).List(); i < list.Len(); i++ {
		f.addFigure(list.Get(i).Message(), string(field.Name()), at)
	}
}

func (f *figureTable) addFigure(m protoreflect.Message, measure string, at place) {
	figure, ok := m.Interface().(*commonv1.Figure)
	if !ok {
		return
	}
	cells := maps.Clone(at.cells)
	cells["measure"] = measure
	maps.Copy(cells, figureCells(figure))
	f.add(cells, at)
}

// add adds a row of named cells.
func (f *figureTable) add(cells map[string]string, at place) {
	cells[tableColumn] = at.path
	if at.path == "" {
		cells[tableColumn] = f.root
	}
	row := make([]string, len(f.columns))
	for i, column := range f.columns {
		row[i] = cells[column]
	}
	f.rows = append(f.rows, row)
}

var sectionState = (*marketpositionv1.SectionState)(nil).ProtoReflect().Descriptor().FullName()

// addState adds a row for a market that did not answer, so that its figures are not missed
// without a word.
func (f *figureTable) addState(m protoreflect.Message, at place) {
	state, ok := m.Interface().(*marketpositionv1.SectionState)
	if !ok || state.GetAvailability() == marketpositionv1.Availability_AVAILABILITY_AVAILABLE {
		return
	}
	cells := maps.Clone(at.cells)
	cells["measure"] = "availability"
	cells["state"] = strings.ToLower(enum(state.GetAvailability().Descriptor(), state.GetAvailability().Number()))
	cells["why"] = text(state.GetReason())
	if state.GetAnsweredAt() != nil {
		cells["figure_as_at"] = moment(state.GetAnsweredAt().ProtoReflect())
	}
	f.add(cells, at)
}
