package gateway

import (
	"encoding/json"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	commonv1 "github.com/caremarket/caremarket/proto/gen/caremarket/common/v1"
)

// numberStandsFor is the field of a message that a bare number is short for; nil for none.
func numberStandsFor(message protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	name, _ := proto.GetExtension(message.Options(), commonv1.E_NumberStandsFor).(string)
	return message.Fields().ByName(protoreflect.Name(name))
}

// oneForList reports whether one item stands for the list of that item alone.
func oneForList(field protoreflect.FieldDescriptor) bool {
	short, _ := proto.GetExtension(field.Options(), commonv1.E_OneForList).(bool)
	return short
}

// longhand writes a number in place of a message as the object that it is short for.
func longhand(message protoreflect.MessageDescriptor, tree any) any {
	_, isNumber := tree.(json.Number)
	if field := numberStandsFor(message); field != nil && isNumber {
		return map[string]any{field.JSONName(): tree}
	}
	return tree
}

// describeShorthands tells in the document's schemas of what may be written shorter.
func describeShorthands(schemas map[string]any) {
	for name := range schemas {
		found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
		message, ok := found.(protoreflect.MessageDescriptor)
		schema, isObject := schemas[name].(map[string]any)
		if err != nil || !ok || !isObject {
			continue
		}
		properties, _ := schema["properties"].(map[string]any)
		for i := range message.Fields().Len() {
			field := message.Fields().Get(i)
			list, ok := properties[field.JSONName()].(map[string]any)
			if ok && oneForList(field) {
				properties[field.JSONName()] = either(list, list["items"])
			}
		}
		if field := numberStandsFor(message); field != nil {
			schemas[name] = either(schema, properties[field.JSONName()])
		}
	}
}

// either is a schema of a message or list, or of what is short for it.
func either(long map[string]any, short any) map[string]any {
	both := map[string]any{"oneOf": []any{short, long}}
	if text, ok := long["description"]; ok {
		both["description"] = text
	}
	return both
}
