package gateway

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/caremarket/caremarket/pkg/errs"
)

// readBody returns a body that the generated handler can read, and notes every fault.
// Enum values may be written short, as in a query, and so may what its proto says.
func (r *route) readBody(body []byte, faults *errs.Collector) []byte {
	if protojson.Unmarshal(body, r.body.New().Interface()) == nil {
		return body
	}
	tree, err := parseJSON(body)
	if err != nil {
		faults.Add(r.bodyField, "%s", err)
		return nil
	}
	before := faults.Len()
	reader := bodyReader{faults}
	tree = reader.message(r.bodyField, r.body.Descriptor(), tree)
	if faults.Len() > before {
		return nil
	}
	written, err := json.Marshal(tree)
	if err != nil || protojson.Unmarshal(written, r.body.New().Interface()) != nil {
		faults.Add(r.bodyField, "the body cannot be read")
		return nil
	}
	return written
}

// bodyReader compares a JSON tree with a message and notes each place where it differs.
type bodyReader struct{ faults *errs.Collector }

// maxFaults bounds what one body can make the gateway remember.
const maxFaults = 1000

func (b bodyReader) note(path, format string, args ...any) {
	if b.faults.Len() < maxFaults {
		b.faults.Add(path, format, args...)
	}
}

// message returns the tree with enum values and shorthands in full.
func (b bodyReader) message(path string, message protoreflect.MessageDescriptor, tree any) any {
	if message.ParentFile().Package() == "google.protobuf" {
		return b.wellKnown(path, message, tree)
	}
	object, ok := longhand(message, tree).(map[string]any)
	if !ok {
		b.note(path, "is not %s", kindOfMessage(message))
		return nil
	}
	seen := map[protoreflect.Name]bool{}
	chosen := map[protoreflect.Name]string{}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		field := fieldNamed(message, key)
		if field == nil {
			b.note(join(path, key), "is not a field here: there are %s", fieldNames(message))
			continue
		}
		at := join(path, string(field.Name()))
		if seen[field.Name()] {
			b.note(at, "is given more than once")
		}
		seen[field.Name()] = true
		if object[key] == nil { // null is the same as leaving it out
			continue
		}
		object[key] = b.field(at, field, object[key])
		if one := field.ContainingOneof(); one != nil && !one.IsSynthetic() {
			if other, taken := chosen[one.Name()]; taken {
				b.note(at, "stands instead of %s: give one or the other", other)
			}
			chosen[one.Name()] = key
		}
	}
	return object
}

func (b bodyReader) field(path string, field protoreflect.FieldDescriptor, tree any) any {
	if !field.IsList() {
		return b.single(path, field, tree)
	}
	list, ok := tree.([]any)
	if !ok && oneForList(field) {
		list, ok = []any{tree}, true
	}
	if !ok {
		b.note(path, "is not a list")
		return nil
	}
	for i, item := range list {
		list[i] = b.single(path+"["+strconv.Itoa(i)+"]", field, item)
	}
	return list
}

func (b bodyReader) single(path string, field protoreflect.FieldDescriptor, tree any) any {
	if message := field.Message(); message != nil {
		return b.message(path, message, tree)
	}
	text, isText := tree.(string)
	if enum := field.Enum(); enum != nil && isText {
		name, ok := enumName(enum, text)
		if !ok {
			b.note(path, "%q is not one of %s", text, enumNames(enum))
		}
		return name
	}
	if !fits(field, tree) {
		b.note(path, "is not %s", kindOf(field))
	}
	return tree
}

// wellKnown checks a message whose JSON is not an object of its fields.
func (b bodyReader) wellKnown(path string, message protoreflect.MessageDescriptor, tree any) any {
	written, err := json.Marshal(tree)
	if err == nil {
		var known protoreflect.MessageType
		if known, err = protoregistry.GlobalTypes.FindMessageByName(message.FullName()); err == nil {
			err = protojson.Unmarshal(written, known.New().Interface())
		}
	}
	if err != nil {
		b.note(path, "is not %s", kindOfMessage(message))
	}
	return tree
}

// fits reports whether a value can stand in a field, by having it read there.
func fits(field protoreflect.FieldDescriptor, tree any) bool {
	if _, isText := tree.(string); isText && field.Kind() == protoreflect.StringKind {
		return true
	}
	value, err := json.Marshal(tree)
	if err != nil {
		return false
	}
	holder, err := protoregistry.GlobalTypes.FindMessageByName(field.ContainingMessage().FullName())
	if err != nil {
		return false
	}
	if field.IsList() {
		value = slices.Concat([]byte("["), value, []byte("]"))
	}
	one := slices.Concat([]byte(`{"`+field.JSONName()+`":`), value, []byte("}"))
	return protojson.Unmarshal(one, holder.New().Interface()) == nil
}

func fieldNamed(message protoreflect.MessageDescriptor, key string) protoreflect.FieldDescriptor {
	if field := message.Fields().ByJSONName(key); field != nil {
		return field
	}
	return message.Fields().ByTextName(key)
}

func fieldNames(message protoreflect.MessageDescriptor) string {
	names := make([]string, message.Fields().Len())
	for i := range names {
		names[i] = message.Fields().Get(i).JSONName()
	}
	return strings.Join(names, ", ")
}

func join(path, field string) string {
	if path == "" {
		return field
	}
	return path + "." + field
}
