package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// configFaults reads configuration files for kong and refuses keys that are no flag.
type configFaults struct{}

// load reads one YAML file whose keys are names of flags.
func (configFaults) load(r io.Reader) (kong.Resolver, error) {
	values := map[string]any{}
	if err := yaml.NewDecoder(r).Decode(&values); err != nil && err != io.EOF { //nolint:errorlint // yaml returns it bare
		return nil, fmt.Errorf("configuration file: %w", err)
	}
	return fileResolver(values), nil
}

// fileResolver gives flags their values out of a configuration file.
type fileResolver map[string]any

// Validate names every key that is no flag of any command.
func (f fileResolver) Validate(app *kong.Application) error {
	unknown := maps.Clone(f)
	var visit func(*kong.Node)
	visit = func(n *kong.Node) {
		for _, flag := range n.Flags {
			delete(unknown, flag.Name)
		}
		for _, child := range n.Children {
			visit(child)
		}
	}
	visit(app.Node)
	if len(unknown) > 0 {
		return fmt.Errorf("configuration file: no such setting: %s", strings.Join(slices.Sorted(maps.Keys(unknown)), ", "))
	}
	return nil
}

// Resolve gives one flag its value; nil leaves it to its default.
func (f fileResolver) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, ok := f[flag.Name]
	if !ok || inEnvironment(flag) {
		return nil, nil
	}
	if list, ok := value.([]any); ok {
		parts := make([]string, len(list))
		for i, v := range list {
			parts[i] = fmt.Sprint(v)
		}
		return strings.Join(parts, ","), nil
	}
	return fmt.Sprint(value), nil
}

// inEnvironment reports whether a flag is set by the environment, which kong asks last.
func inEnvironment(flag *kong.Flag) bool {
	return slices.ContainsFunc(flag.Envs, func(name string) bool {
		_, set := os.LookupEnv(name)
		return set
	})
}
