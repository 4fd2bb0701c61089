package gateway

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// enumName finds the full name of an enum's value that is written in full or without the
// enum's prefix, in any case, with hyphens or underscores: DEMENTIA_NURSING and
// dementia-nursing are BED_TYPE_DEMENTIA_NURSING.
func enumName(enum protoreflect.EnumDescriptor, text string) (string, bool) {
	name := strings.ReplaceAll(strings.ToUpper(text), "-", "_")
	for _, candidate := range [...]string{name, enumPrefix(enum) + name} {
		if value := enum.Values().ByName(protoreflect.Name(candidate)); value != nil {
			return candidate, true
		}
	}
	return "", false
}

// enumNames lists the short names of an enum's values, without the one that stands for
// none.
func enumNames(enum protoreflect.EnumDescriptor) string {
	var names []string
	for i := range enum.Values().Len() {
		if value := enum.Values().Get(i); value.Number() != 0 {
			names = append(names, strings.TrimPrefix(string(value.Name()), enumPrefix(enum)))
		}
	}
	return strings.Join(names, ", ")
}

// enumPrefix is what the names of all values begin with: the zero value's is it and
// UNSPECIFIED.
func enumPrefix(enum protoreflect.EnumDescriptor) string {
	return strings.TrimSuffix(string(enum.Values().ByNumber(0).Name()), "UNSPECIFIED")
}
