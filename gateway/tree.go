package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// deepest is how far JSON may be nested: the API's messages are a handful deep.
const deepest = 100

var (
	errEmpty  = errors.New("the body is empty: send a JSON object")
	errSyntax = errors.New("the body is not valid JSON")
	errDeep   = errors.New("the body is nested too deep")
)

// parseJSON reads one JSON value and nothing after it, into maps, lists, strings, bools,
// nil and [json.Number]. Unlike [json.Unmarshal] it does not take a key twice. Its error
// can be shown.
func parseJSON(body []byte) (any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, errEmpty
	}
	p := treeParser{json.NewDecoder(bytes.NewReader(body))}
	p.UseNumber()
	tree, err := p.value(0)
	if err == nil {
		if _, after := p.Token(); !errors.Is(after, io.EOF) {
			err = errSyntax
		}
	}
	if err != nil {
		read := body[:min(p.InputOffset(), int64(len(body)))]
		return nil, fmt.Errorf("%w: see line %d", err, 1+bytes.Count(read, []byte("\n")))
	}
	return tree, nil
}

type treeParser struct{ *json.Decoder }

func (p treeParser) value(depth int) (any, error) {
	token, err := p.Token()
	if err != nil {
		return nil, errSyntax
	}
	switch token {
	case json.Delim('{'):
		return p.object(depth + 1)
	case json.Delim('['):
		return p.list(depth + 1)
	default:
		return token, nil
	}
}

func (p treeParser) object(depth int) (any, error) {
	if depth > deepest {
		return nil, errDeep
	}
	object := map[string]any{}
	for p.More() {
		token, err := p.Token()
		key, ok := token.(string)
		if err != nil || !ok {
			return nil, errSyntax
		}
		if _, twice := object[key]; twice {
			return nil, fmt.Errorf("the body has %q twice in one object", key)
		}
		if object[key], err = p.value(depth); err != nil {
			return nil, err
		}
	}
	return object, p.end()
}

func (p treeParser) list(depth int) (any, error) {
	if depth > deepest {
		return nil, errDeep
	}
	list := []any{}
	for p.More() {
		item, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, p.end()
}

// end reads what closes an object or a list.
func (p treeParser) end() error {
	if _, err := p.Token(); err != nil {
		return errSyntax
	}
	return nil
}
