package httpapi

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/followup"
)

// sent is the type of what a client sent for a field.
type sent int

const (
	sentNothing sent = iota
	sentNull
	sentBoolean
	sentNumber
	sentText
	sentList
	sentObject
	sentFile
)

// value is what a client sent for a field, whatever the body's content type.
type value struct {
	sent   sent
	text   string           // the text; of a number its spelling
	truth  bool             // of a boolean
	raw    []byte           // of a list or object in JSON, read when it is asked for
	items  []value          // of a list in a form
	upload *followup.Upload // of a file

	nameless bool // text that was sent as a file with an empty name
}

func textValue(s string) value { return value{sent: sentText, text: s} }

// typeName returns the name of the value's type in Python, which messages contain.
func (v value) typeName() string {
	switch v.sent {
	case sentNull:
		return "NoneType"
	case sentBoolean:
		return "bool"
	case sentNumber:
		if v.isInteger() {
			return "int"
		}
		return "float"
	case sentList:
		return "list"
	case sentObject:
		return "dict"
	case sentFile:
		return "InMemoryUploadedFile"
	}
	return "str"
}

// isInteger reports whether a number is spelled without fraction and exponent.
func (v value) isInteger() bool { return !strings.ContainsAny(v.text, ".eE") }

// plain returns the value as text, in the spelling of Python: numbers by value, and true
// and false as "True" and "False".
func (v value) plain() string {
	switch v.sent {
	case sentBoolean:
		if v.truth {
			return "True"
		}
		return "False"
	case sentNumber:
		return plainNumber(v.text)
	case sentFile:
		return v.upload.Name()
	case sentList, sentObject:
		return compact(v.raw)
	}
	return v.text
}

// elements returns the elements of a list. Of a list in JSON it returns no more than a
// form may have.
func (v value) elements() []value {
	if v.raw == nil {
		return v.items
	}
	var items []value
	d := json.NewDecoder(bytes.NewReader(v.raw))
	_, _ = d.Token() // "["; it is valid
	for d.More() && len(items) < maxFormFields {
		var item json.RawMessage
		_ = d.Decode(&item)
		items = append(items, jsonValue(item))
	}
	return items
}

// spelled returns the value as messages repeat it: numbers as they were sent.
func (v value) spelled() string {
	if v.sent == sentNumber {
		return v.text
	}
	return v.plain()
}

// plainNumber spells a JSON number as the str function of Python does. A number that is
// no integer has the fewest digits that give the same float.
func plainNumber(literal string) string {
	if !strings.ContainsAny(literal, ".eE") {
		if literal == "-0" {
			return "0"
		}
		return literal
	}
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil && math.IsInf(f, 0) {
		if f < 0 {
			return "-inf"
		}
		return "inf"
	}
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// asBoolean returns the boolean that a value stands for.
func (v value) asBoolean() (truth, ok bool) {
	switch v.sent {
	case sentBoolean:
		return v.truth, true
	case sentNumber:
		n, err := strconv.ParseFloat(v.text, 64)
		return n == 1, err == nil && (n == 0 || n == 1)
	case sentText:
		switch strings.ToLower(v.text) {
		case "t", "y", "yes", "true", "on", "1":
			return true, true
		case "f", "n", "no", "false", "off", "0":
			return false, true
		}
	}
	return false, false
}
