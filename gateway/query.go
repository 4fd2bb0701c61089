package gateway

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/caremarket/caremarket/pkg/errs"
)

// readQuery returns what a query says with fields and enum values named as in the proto,
// and notes every fault.
func (r *route) readQuery(query string, faults *errs.Collector) url.Values {
	given, err := url.ParseQuery(query)
	if err != nil {
		faults.Add("", "the query cannot be read: write it as name=value&name=value, with special characters escaped")
		return nil
	}
	read := url.Values{}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		field := r.params[key]
		switch {
		case key == formatParam && r.hasFormats():
			faults.Add(key, "is not csv or json")
			continue
		case field == nil:
			faults.Add(key, "is not a parameter here: %s", r.paramNames())
			continue
		case read.Has(string(field.Name())) || len(given[key]) > 1 && !field.IsList():
			faults.Add(string(field.Name()), "is given more than once")
			continue
		}
		read[string(field.Name())] = r.readParam(field, given[key], faults)
	}
	return read
}

// hasFormats reports whether an answer may be asked for in another format than JSON.
func (r *route) hasFormats() bool { return r.method == http.MethodGet && !r.rpc.IsStreamingServer() }

// paramNames is what to tell someone who used a wrong one.
func (r *route) paramNames() string {
	var names []string
	for key, field := range r.params {
		if key == field.JSONName() {
			names = append(names, key)
		}
	}
	if r.hasFormats() {
		names = append(names, formatParam)
	}
	if len(names) == 0 {
		return "there are none"
	}
	slices.Sort(names)
	return "there are " + strings.Join(names, ", ")
}

// readParam returns the values with enum names in full.
func (r *route) readParam(field protoreflect.FieldDescriptor, values []string, faults *errs.Collector) []string {
	read := make([]string, len(values))
	for i, value := range values {
		read[i] = value
		if !utf8.ValidString(value) {
			faults.Add(string(field.Name()), "%q is not UTF-8", value)
			continue
		}
		if enum := field.Enum(); enum != nil {
			name, ok := enumName(enum, value)
			if !ok {
				faults.Add(string(field.Name()), "%q is not one of %s", value, enumNames(enum))
			}
			read[i] = name
			continue
		}
		// Set by itself on an empty request, it shows whether it can be read.
		if runtime.PopulateFieldFromPath(r.request.New().Interface(), string(field.Name()), value) != nil {
			faults.Add(string(field.Name()), "%q is not %s", value, kindOf(field))
		}
	}
	return read
}

// kindOf says in words what a field takes.
func kindOf(field protoreflect.FieldDescriptor) string {
	switch field.Kind() {
	case protoreflect.BoolKind:
		return "true or false"
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return "a number"
	case protoreflect.StringKind:
		return "text"
	case protoreflect.EnumKind:
		return "one of " + enumNames(field.Enum())
	case protoreflect.BytesKind:
		return "bytes in base64"
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return kindOfMessage(field.Message())
	default:
		return "a whole number"
	}
}

func kindOfMessage(message protoreflect.MessageDescriptor) string {
	switch message.FullName() {
	case "google.protobuf.Timestamp":
		return "a moment such as 2026-10-31T09:00:00Z"
	case "google.protobuf.FieldMask":
		return "a list of fields such as title,postcode"
	}
	if numberStandsFor(message) != nil {
		return "a number or an object of " + fieldNames(message)
	}
	return "an object"
}
