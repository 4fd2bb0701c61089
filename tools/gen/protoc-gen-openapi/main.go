// Command protoc-gen-openapi writes one OpenAPI 3 document for all services that buf
// hands it. The work is gnostic's generator of the same name; this adds what it leaves
// out, google.api.http's response_body, so that the document says what the gateway
// answers, and mends its singulars.
package main

import (
	"errors"
	"flag"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/gnostic/cmd/protoc-gen-openapi/generator"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/pluginpb"
)

func main() {
	var flags flag.FlagSet
	title := flags.String("title", "", "name of the API")
	description := flags.String("description", "", "what the API is for, without a comma")
	version := flags.String("version", "", "version of the API")
	conf := generator.Configuration{
		Title:       title,
		Description: description,
		Version:     version,
		Naming:      new("json"),
		EnumType:    new("string"),
		// Two markets may give their messages the same short name.
		FQSchemaNaming:  new(true),
		CircularDepth:   new(2),
		DefaultResponse: new(true),
	}
	protogen.Options{ParamFunc: flags.Set}.Run(func(plugin *protogen.Plugin) error {
		plugin.SupportedFeatures = uint64(pluginpb.CodeGeneratorResponse_FEATURE_PROTO3_OPTIONAL)
		if err := answerWithBodies(plugin.Files); err != nil {
			return err
		}
		draft := plugin.NewGeneratedFile("openapi.yaml", "")
		if err := generator.NewOpenAPIv3Generator(plugin, conf, plugin.Files).Run(draft); err != nil {
			return err
		}
		text, err := draft.Content()
		if err != nil {
			return err
		}
		draft.Skip()
		_, err = plugin.NewGeneratedFile("openapi.yaml", "").Write([]byte(mendSingulars(string(text))))
		return err
	})
}

// answerWithBodies lets every method whose HTTP rule names a response_body answer with
// that field instead of the whole response.
func answerWithBodies(files []*protogen.File) error {
	for _, file := range files {
		for _, service := range file.Services {
			for _, method := range service.Methods {
				if err := answerWithBody(method); err != nil {
					return fmt.Errorf("%s: %w", method.Desc.FullName(), err)
				}
			}
		}
	}
	return nil
}

func answerWithBody(method *protogen.Method) error {
	rule, _ := proto.GetExtension(method.Desc.Options(), annotations.E_Http).(*annotations.HttpRule)
	name := rule.GetResponseBody()
	for _, binding := range rule.GetAdditionalBindings() {
		if binding.GetResponseBody() != name {
			return errors.New("its bindings differ in response_body, which this document cannot say")
		}
	}
	if name == "" {
		return nil
	}
	field := method.Output.Desc.Fields().ByName(protoreflect.Name(name))
	if field == nil || field.Message() == nil || field.IsList() || field.IsMap() {
		return fmt.Errorf("response_body %q is not a single message of %s", name, method.Output.Desc.FullName())
	}
	method.Output = method.Output.Fields[field.Index()].Message
	return nil
}

// A path parameter that gnostic made of a plural in -es by taking the s away.
var halfSingular = regexp.MustCompile(`\{(\w*(?:ch|sh|ss|x))e\}`)

// mendSingulars renames path parameters such as branche to branch, wherever the document
// speaks of them.
func mendSingulars(document string) string {
	var renames []string
	for _, match := range halfSingular.FindAllStringSubmatch(document, -1) {
		right := match[1]
		wrong := right + "e"
		renames = append(
			renames,
			"{"+wrong+"}", "{"+right+"}",
			"name: "+wrong+"\n", "name: "+right+"\n",
			"The "+wrong+" id.", "The "+right+" id.",
		)
	}
	return strings.NewReplacer(renames...).Replace(document)
}
