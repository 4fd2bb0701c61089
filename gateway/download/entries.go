package download

import (
	"maps"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// entries makes a table of an answer without figures: a row for each entry of its list, or
// one for the answer itself. What an entry lists in its turn follows in rows that repeat
// the entry's cells; a first column then says which list a row is of.
func entries(answer protoreflect.Message) table {
	list := mainList(answer.Descriptor())
	e := &entryTable{}
	if list == nil {
		e.addColumns("", answer.Descriptor())
		e.addRows(nil, "", "", answer)
		return e.table()
	}
	e.addColumns("", list.Message())
	for i := range answer.Get(list).List().Len() {
		e.addRows(nil, "", string(list.Name()), answer.Get(list).List().Get(i).Message())
	}
	return e.table()
}

// mainList is the list that an answer is about; nil when it is about one thing.
func mainList(answer protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	fields := answer.Fields()
	var list protoreflect.FieldDescriptor
	for i := range fields.Len() {
		field := fields.Get(i)
		switch {
		case field.IsList() && field.Message() != nil && !isAside(field):
			if list == nil {
				list = field
			}
		case isCell(field) && field.Name() != "next_page_token":
			return nil // it says something of itself
		}
	}
	return list
}

// isAside reports whether a list is there for the reader of the whole answer, not as
// entries of its own.
func isAside(field protoreflect.FieldDescriptor) bool {
	return field.Name() == "sources" || field.Name() == "data_notes"
}

// entryTable grows a table whose columns are the paths of fields from an entry.
type entryTable struct {
	columns []string
	nested  bool
	rows    []entryRow
}

type entryRow struct {
	list  string
	cells map[string]string
}

func (e *entryTable) addColumns(prefix string, entry protoreflect.MessageDescriptor) {
	fields := entry.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		path := prefix + string(field.Name())
		if isCell(field) {
			e.columns = append(e.columns, path)
			continue
		}
		e.nested = e.nested || field.IsList()
		e.addColumns(path+".", field.Message())
	}
}

// addRows adds the row of an entry below those cells, and the rows of its lists.
func (e *entryTable) addRows(above map[string]string, prefix, list string, entry protoreflect.Message) {
	cells := maps.Clone(above)
	if cells == nil {
		cells = map[string]string{}
	}
	fill(cells, prefix, entry)
	e.rows = append(e.rows, entryRow{list, cells})
	fields := entry.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if isCell(field) || !field.IsList() {
			continue
		}
		for j, inner := 0, entry.Get(field).List(); j < inner.Len(); j++ {
			e.addRows(cells, prefix+string(field.Name())+".", join(list, string(field.Name())), inner.Get(j).Message())
		}
	}
}

// fill writes the cells of a message and of its parts.
func fill(cells map[string]string, prefix string, m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		path := prefix + string(field.Name())
		switch {
		case isCell(field):
			cells[path] = cell(m, field)
		case !field.IsList() && m.Has(field):
			fill(cells, path+".", m.Get(field).Message())
		}
	}
}

func (e *entryTable) table() table {
	t := table{columns: e.columns}
	if e.nested {
		t.columns = append([]string{"table"}, e.columns...)
	}
	for _, row := range e.rows {
		cells := make([]string, 0, len(t.columns))
		if e.nested {
			cells = append(cells, row.list)
		}
		for _, column := range e.columns {
			cells = append(cells, row.cells[column])
		}
		t.rows = append(t.rows, cells)
	}
	return t
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
