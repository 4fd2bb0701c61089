// Package proto holds the document of the REST API, which is generated from the protos
// beside it.
package proto

import _ "embed"

//go:embed gen/openapi.yaml
var openAPI string

// OpenAPI returns the OpenAPI 3 document of every REST path, as YAML.
func OpenAPI() string { return openAPI }
