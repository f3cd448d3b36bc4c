package httpapi

import (
	_ "embed"
	"encoding/json"
)

// examplesText has recorded requests with the answers to them. A test makes it from the
// contract vectors.
//
//go:embed examples.json
var examplesText []byte

// recorded is a recorded request with its answer.
type recorded struct {
	Request json.RawMessage `json:"request,omitempty"`
	Answer  json.RawMessage `json:"answer,omitempty"`
}

// examples has the recorded requests by method and path, such as "GET /tickets/{id}/".
var examples = func() (all map[string]recorded) {
	if err := json.Unmarshal(examplesText, &all); err != nil {
		panic(err) // a test holds that it is JSON
	}
	return all
}()

// example returns the content of an answer with an example, where one was recorded.
func (o object) example(op described, code int) object {
	if r := examples[op.method+" "+op.template()]; r.Answer != nil && code == op.status {
		return object{{o[0].name, o[0].value.(object).with("example", r.Answer)}}
	}
	return o
}

// requestExample returns the content of a body with an example, where one was recorded.
func (o object) requestExample(op described) object {
	if r := examples[op.method+" "+op.template()]; r.Request != nil {
		return object{{o[0].name, o[0].value.(object).with("example", r.Request)}}
	}
	return o
}
