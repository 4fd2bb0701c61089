package gateway

import (
	"slices"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// describeLimits writes the rules that stand in the protos into the document's schemas and
// query parameters, as far as OpenAPI can say them.
func describeLimits(document map[string]any) {
	components, _ := document["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	for name, schema := range schemas {
		message, err := protoregistry.GlobalTypes.FindMessageByName(protoreflect.FullName(name))
		object, ok := schema.(map[string]any)
		if err == nil && ok {
			limitObject(object, message.Descriptor())
		}
	}
	methods := methodsByOperation()
	paths, _ := document["paths"].(map[string]any)
	for _, item := range paths {
		operations, _ := item.(map[string]any)
		for _, one := range operations {
			operation, _ := one.(map[string]any)
			id, _ := operation["operationId"].(string)
			if method := methods[id]; method != nil {
				limitParameters(operation, method.Input())
			}
		}
	}
}

// methodsByOperation finds methods by their id in the document: their service and name.
func methodsByOperation() map[string]protoreflect.MethodDescriptor {
	found := map[string]protoreflect.MethodDescriptor{}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				method := service.Methods().Get(j)
				found[string(service.Name())+"_"+string(method.Name())] = method
			}
		}
		return true
	})
	return found
}

func limitObject(object map[string]any, message protoreflect.MessageDescriptor) {
	properties, _ := object["properties"].(map[string]any)
	for name, property := range properties {
		field := message.Fields().ByJSONName(name)
		schema, ok := property.(map[string]any)
		if field == nil || !ok {
			continue
		}
		rules := rulesOf(field)
		limit(schema, rules)
		if required, _ := object["required"].([]any); rules.GetRequired() && !slices.Contains(required, any(name)) {
			object["required"] = append(required, name)
		}
	}
}

func limitParameters(operation map[string]any, request protoreflect.MessageDescriptor) {
	parameters, _ := operation["parameters"].([]any)
	for _, one := range parameters {
		parameter, _ := one.(map[string]any)
		name, _ := parameter["name"].(string)
		schema, ok := parameter["schema"].(map[string]any)
		if field := request.Fields().ByJSONName(name); ok && field != nil && parameter["in"] == "query" {
			limit(schema, rulesOf(field))
		}
	}
}

func rulesOf(field protoreflect.FieldDescriptor) *validate.FieldRules {
	rules, _ := proto.GetExtension(field.Options(), validate.E_Field).(*validate.FieldRules)
	return rules
}

// limit writes the rules of one field into its schema.
func limit(schema map[string]any, rules *validate.FieldRules) {
	unset := rules.GetIgnore() == validate.Ignore_IGNORE_IF_ZERO_VALUE
	set := func(keyword string, limited bool, value any) {
		if limited {
			schema[keyword] = value
		}
	}
	if text := rules.GetString(); text != nil && schema["type"] == "string" {
		pattern := text.GetPattern()
		if unset {
			pattern = "^$|" + pattern
		}
		set("pattern", text.Pattern != nil, pattern)
		set("minLength", text.MinLen != nil && !unset, text.GetMinLen())
		set("maxLength", text.MaxLen != nil, text.GetMaxLen())
	}
	if list := rules.GetRepeated(); list != nil {
		set("minItems", list.MinItems != nil && !unset, list.GetMinItems())
		set("maxItems", list.MaxItems != nil, list.GetMaxItems())
		if items, ok := schema["items"].(map[string]any); ok {
			limit(items, list.GetItems())
		}
	}
	if kind, _ := schema["type"].(string); kind == "integer" || kind == "number" {
		limitNumber(schema, rules, unset)
	}
}

// limitNumber writes least and most, by the names that all rules of numbers give them. A
// field that may be left out says 0 in answers, so a limit that 0 breaks is not written.
func limitNumber(schema map[string]any, rules *validate.FieldRules, unset bool) {
	held := rules.ProtoReflect()
	which := held.WhichOneof(held.Descriptor().Oneofs().ByName("type"))
	if which == nil || which.Message() == nil {
		return
	}
	numbers := held.Get(which).Message()
	for _, one := range []struct {
		rule, keyword, exclusive string
		zeroBreaks               func(limit float64) bool
	}{
		{"gte", "minimum", "", func(x float64) bool { return x > 0 }},
		{"gt", "minimum", "exclusiveMinimum", func(x float64) bool { return x >= 0 }},
		{"lte", "maximum", "", func(x float64) bool { return x < 0 }},
		{"lt", "maximum", "exclusiveMaximum", func(x float64) bool { return x <= 0 }},
	} {
		field := numbers.Descriptor().Fields().ByName(protoreflect.Name(one.rule))
		if field == nil || !numbers.Has(field) {
			continue
		}
		value := numbers.Get(field).Interface()
		if unset && one.zeroBreaks(asFloat(value)) {
			continue
		}
		schema[one.keyword] = value
		if one.exclusive != "" {
			schema[one.exclusive] = true
		}
	}
}

func asFloat(value any) float64 {
	switch n := value.(type) {
	case int32:
		return float64(n)
	case int64:
		return float64(n)
	case uint32:
		return float64(n)
	case float64:
		return n
	case float32:
		return float64(n)
	default:
		return 0
	}
}

// describeWatch tells that an answer is a stream: an object a line, each a change, or the
// error that ends it.
func describeWatch(get map[string]any) {
	responses, _ := get["responses"].(map[string]any)
	answer, _ := responses["200"].(map[string]any)
	content, _ := answer["content"].(map[string]any)
	body, ok := content[asJSON].(map[string]any)
	if !ok {
		return
	}
	answer["description"] = "A stream that goes on until the caller or the server ends it: one JSON object a line, " +
		"with a result, or at the end with an error after which to resume from the last revision."
	body["schema"] = map[string]any{
		"type":        "object",
		"description": "One line.",
		"properties": map[string]any{
			"result": body["schema"], "error": map[string]any{"$ref": "#/components/schemas/google.rpc.Status"},
		},
	}
}
