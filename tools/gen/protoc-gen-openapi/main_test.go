package main

import (
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/compiler/protogen"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

func TestAnswerWithBodies(t *testing.T) {
	get := &annotations.HttpRule_Get{Get: "/v1/{name=homes/*}"}
	for name, test := range map[string]struct {
		rule *annotations.HttpRule
		want string
		err  string
	}{
		"no HTTP rule": {want: "GetHomeResponse"},
		"no response_body": {
			rule: &annotations.HttpRule{Pattern: get},
			want: "GetHomeResponse",
		},
		"a message": {
			rule: &annotations.HttpRule{Pattern: get, ResponseBody: "home"},
			want: "Home",
		},
		"the same in every binding": {
			rule: &annotations.HttpRule{
				Pattern: get, ResponseBody: "home",
				AdditionalBindings: []*annotations.HttpRule{{ResponseBody: "home"}},
			},
			want: "Home",
		},
		"not the same in every binding": {
			rule: &annotations.HttpRule{
				Pattern: get, ResponseBody: "home",
				AdditionalBindings: []*annotations.HttpRule{{}},
			},
			err: "bindings differ",
		},
		"no such field": {
			rule: &annotations.HttpRule{Pattern: get, ResponseBody: "house"},
			err:  "not a single message",
		},
		"a number": {
			rule: &annotations.HttpRule{Pattern: get, ResponseBody: "revision"},
			err:  "not a single message",
		},
		"a list": {
			rule: &annotations.HttpRule{Pattern: get, ResponseBody: "homes"},
			err:  "not a single message",
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := filesWith(t, test.rule)
			err := answerWithBodies(files)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want one with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := files[0].Services[0].Methods[0].Output.GoIdent.GoName; got != test.want {
				t.Errorf("answers with %s, want %s", got, test.want)
			}
		})
	}
}

func TestMendSingulars(t *testing.T) {
	document := `
    /v1/branches/{branche}/homes/{home}:
        parameters:
            - name: branche
              description: The branche id.
            - name: cache
              description: Not a path parameter, so "The cache id." stays.
`
	want := `
    /v1/branches/{branch}/homes/{home}:
        parameters:
            - name: branch
              description: The branch id.
            - name: cache
              description: Not a path parameter, so "The cache id." stays.
`
	if got := mendSingulars(document); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// filesWith returns one file with one method that has the rule.
func filesWith(t *testing.T, rule *annotations.HttpRule) []*protogen.File {
	t.Helper()
	options := &descriptorpb.MethodOptions{}
	if rule != nil {
		proto.SetExtension(options, annotations.E_Http, rule)
	}
	file := &descriptorpb.FileDescriptorProto{
		Name:    new("homes.proto"),
		Package: new("homes.v1"),
		Syntax:  new("proto3"),
		Options: &descriptorpb.FileOptions{GoPackage: new("example.com/homes/v1;homesv1")},
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: new("GetHomeRequest")},
			{Name: new("Home")},
			{Name: new("GetHomeResponse"), Field: []*descriptorpb.FieldDescriptorProto{
				message("home", 1, descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL),
				message("homes", 2, descriptorpb.FieldDescriptorProto_LABEL_REPEATED),
				{
					Name:   new("revision"),
					Number: new(int32(3)),
					Label:  descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum(),
					Type:   descriptorpb.FieldDescriptorProto_TYPE_INT64.Enum(),
				},
			}},
		},
		Service: []*descriptorpb.ServiceDescriptorProto{{
			Name: new("HomesService"),
			Method: []*descriptorpb.MethodDescriptorProto{{
				Name:       new("GetHome"),
				InputType:  new(".homes.v1.GetHomeRequest"),
				OutputType: new(".homes.v1.GetHomeResponse"),
				Options:    options,
			}},
		}},
	}
	plugin, err := protogen.Options{}.New(&pluginpb.CodeGeneratorRequest{
		FileToGenerate: []string{"homes.proto"},
		ProtoFile:      []*descriptorpb.FileDescriptorProto{file},
	})
	if err != nil {
		t.Fatal(err)
	}
	return plugin.Files
}

func message(name string, number int32, label descriptorpb.FieldDescriptorProto_Label) *descriptorpb.FieldDescriptorProto {
	return &descriptorpb.FieldDescriptorProto{
		Name:     &name,
		Number:   &number,
		Label:    label.Enum(),
		Type:     descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(),
		TypeName: new(".homes.v1.Home"),
	}
}
