package httpapi

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// mode is what the fields of a body are for.
type mode int

const (
	creating  mode = iota // POST: a new object
	replacing             // PUT: required fields must be there, and others that are absent stay
	changing              // PATCH: every field that is absent stays
)

// decoder reads fields from a body, whatever its content type, and collects what is
// wrong with them. It takes what Django REST framework takes. Whether a value is
// allowed is for the nouns and the desk to say.
type decoder struct {
	in       *input
	mode     mode
	problems problem.Error
	asked    map[string]bool // names that a field of the request has
	extras   extras

	definitions []*ticket.CustomField                   // of the custom fields
	checkUpload func(followup.Upload) []problem.Problem // what is wrong with a file by itself
}

// extras is what a body has besides the fields of the object that it describes.
type extras struct {
	files       []followup.Upload
	password    *string // nil where none was sent
	oldPassword *string
}

// file returns the only file that a request takes, nil for none.
func (e *extras) file() *followup.Upload {
	if len(e.files) == 0 {
		return nil
	}
	return &e.files[0]
}

// orZero returns what p points to, or the zero value for nil.
func orZero[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

func newDecoder(in *input, m mode) *decoder {
	return &decoder{in: in, mode: m, problems: problem.Error{}, asked: map[string]bool{}}
}

// again returns a decoder that begins with what d has found. An update may be called
// again, and must not report its problems twice.
func (d *decoder) again() *decoder {
	c := *d
	c.problems, c.asked = maps.Clone(d.problems), maps.Clone(d.asked)
	return &c
}

// err returns what was found wrong, once every field was read. A file under a name
// that no field has is refused, so that none is lost without a word.
func (d *decoder) err() error {
	for name, sent := range d.in.lists {
		isFile := func(v value) bool { return v.sent == sentFile || v.nameless }
		if !d.asked[name] && slices.ContainsFunc(sent, isFile) {
			d.wrong(name, problem.FileUnused, "")
		}
	}
	return d.problems.Err()
}

func (d *decoder) wrong(name string, r problem.Reason, v string) {
	d.problems.Add(name, problem.Problem{Reason: r, Value: v})
}

// get returns the value of a field.
func (d *decoder) get(name string) value {
	d.asked[name] = true
	return d.in.get(name)
}

// absent reports whether the body lacks a field.
func (d *decoder) absent(name string) bool { return d.in.get(name).sent == sentNothing }

// take returns the value of a field, and false when there is nothing to set: it is
// absent, or was found wrong. A null is allowed where take returns it.
func (d *decoder) take(s *spec) (value, bool) {
	v := d.get(s.name)
	if d.in.form && v.sent == sentText && v.text == "" && !s.blank {
		switch {
		case s.nullIn(d.mode):
			v = value{sent: sentNull}
		case !s.required:
			return value{}, false
		}
	}
	switch {
	case v.sent == sentNothing:
		if s.required && d.mode != changing {
			d.wrong(s.name, problem.Required, "")
		}
		return v, false
	case v.sent == sentNull && !s.nullIn(d.mode):
		d.wrong(s.name, problem.Null, "")
		return v, false
	}
	return v, true
}

// text reads a text without the white space around it; nil is null.
func (d *decoder) text(s *spec) (*string, bool) {
	v, ok := d.take(s)
	if !ok || v.sent == sentNull {
		return nil, ok
	}
	if v.sent != sentText && v.sent != sentNumber {
		d.wrong(s.name, notText(s.kind), "")
		return nil, false
	}
	text := validate.TrimSpace(v.text)
	if text == "" && !s.blank {
		d.wrong(s.name, problem.Blank, "")
		return nil, false
	}
	return &text, true
}

// notText is what is wrong with a value that is no text.
func notText(k kind) problem.Reason {
	switch k {
	case kindEmail:
		return problem.BadEmail
	case kindSlug:
		return problem.BadSlug
	}
	return problem.NotString
}

// password reads a password as it was sent: white space around it belongs to it. It
// returns nil when the field is absent.
func (d *decoder) password(s *spec) *string {
	sent := d.get(s.name)
	v, ok := d.take(s)
	switch {
	case sent.sent == sentNothing:
		return nil
	case !ok:
		return new("")
	case v.sent != sentText && v.sent != sentNumber:
		d.wrong(s.name, problem.NotString, "")
		return new("")
	}
	d.problems.Add(s.name, user.CheckPasswordText(v.text)...)
	return &v.text
}

// reference reads the id of an object; nil is null.
func (d *decoder) reference(s *spec) (*int64, bool) {
	v := d.get(s.name)
	if v.sent == sentText && v.text == "" {
		if !s.nullable {
			d.wrong(s.name, problem.Null, "")
		}
		return nil, s.nullable
	}
	v, ok := d.take(s)
	if !ok || v.sent == sentNull {
		return nil, ok
	}
	id, ok := d.asReference(s, v)
	return &id, ok
}

// references reads a list of ids. It reports the first that is wrong.
func (d *decoder) references(s *spec) (ids []int64, ok bool) {
	items, ok := d.elements(s)
	if !ok {
		return nil, false
	}
	ids = make([]int64, len(items))
	for i, v := range items {
		if ids[i], ok = d.asReference(s, v); !ok {
			return nil, false
		}
	}
	return ids, true
}

// asReference returns the id that a value stands for.
func (d *decoder) asReference(s *spec, v value) (id int64, ok bool) {
	digits := v.plain()
	switch v.sent {
	case sentText:
		digits = strings.TrimSpace(digits)
		ok = isDigits(digits)
	case sentNumber:
		ok = v.isInteger()
	}
	if !ok {
		d.wrong(s.name, problem.WrongType, v.typeName())
		return 0, false
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || id < 0 {
		d.wrong(s.name, problem.NoObject, v.plain())
		return 0, false
	}
	return id, true
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// boolean reads a boolean. A form that leaves it out means false, except in a PATCH.
func (d *decoder) boolean(s *spec) (truth, ok bool) {
	if d.in.form && d.mode != changing && !s.keptByForms && d.get(s.name).sent == sentNothing {
		return false, true
	}
	v, ok := d.take(s)
	if !ok {
		return false, false
	}
	if truth, ok = v.asBoolean(); !ok {
		d.wrong(s.name, problem.NotBoolean, "")
	}
	return truth, ok
}

// choice reads a choice, and returns its index among those of the field, or -1 for null.
func (d *decoder) choice(s *spec) (index int, ok bool) {
	v, ok := d.take(s)
	if !ok || v.sent == sentNull {
		return -1, ok
	}
	if index = slices.Index(s.choices, v.plain()); index < 0 {
		d.wrong(s.name, problem.NotChoice, v.spelled())
	}
	return index, index >= 0
}

// words reads a list of words.
func (d *decoder) words(s *spec) (words []string, ok bool) {
	items, ok := d.elements(s)
	if !ok {
		return nil, false
	}
	words = make([]string, len(items))
	for i, v := range items {
		if v.sent != sentText {
			d.wrong(s.name, problem.NotChoice, v.spelled())
			return nil, false
		}
		words[i] = v.text
	}
	return words, true
}

// elements returns the elements of a list.
func (d *decoder) elements(s *spec) ([]value, bool) {
	d.asked[s.name] = true
	return d.elementsOf(s, d.in.list(s.name))
}

func (d *decoder) elementsOf(s *spec, v value) ([]value, bool) {
	switch v.sent {
	case sentNothing:
		return nil, false
	case sentNull:
		d.wrong(s.name, problem.Null, "")
		return nil, false
	case sentList:
		return v.elements(), true
	}
	d.wrong(s.name, problem.NotList, v.typeName())
	return nil, false
}

// datetime reads a datetime; nil is null.
func (d *decoder) datetime(s *spec) (*time.Time, bool) {
	v, ok := d.take(s)
	if !ok || v.sent == sentNull {
		return nil, ok
	}
	if v.sent != sentText {
		d.wrong(s.name, problem.BadDatetime, "")
		return nil, false
	}
	t, problems := validate.Datetime(v.text)
	d.problems.Add(s.name, problems...)
	return &t, len(problems) == 0
}

// duration reads a duration; nil is null.
func (d *decoder) duration(s *spec) (*followup.TimeSpent, bool) {
	v, ok := d.take(s)
	if !ok || v.sent == sentNull {
		return nil, ok
	}
	if v.sent != sentText && v.sent != sentNumber {
		d.wrong(s.name, problem.BadDuration, "")
		return nil, false
	}
	t, problems := followup.ParseTimeSpent(v.plain())
	d.problems.Add(s.name, problems...)
	return &t, len(problems) == 0
}

// wholeNumber matches what an integer field takes: a fraction of zero is allowed.
var wholeNumber = regexp.MustCompile(`^\s*[+-]?[0-9]{1,1000}(\.0*)?\s*$`)

// integer reads an integer; nil is null.
func (d *decoder) integer(s *spec) (*int64, bool) {
	v, ok := d.take(s)
	if !ok || v.sent == sentNull {
		return nil, ok
	}
	if v.sent != sentText && v.sent != sentNumber || !wholeNumber.MatchString(v.plain()) {
		d.wrong(s.name, problem.BadInteger, "")
		return nil, false
	}
	digits, _, _ := strings.Cut(strings.TrimSpace(v.plain()), ".")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		p := problem.Problem{Reason: problem.Above, Limit: math.MaxInt64}
		if digits[0] == '-' {
			p = problem.Problem{Reason: problem.Below, Limit: math.MinInt64}
		}
		d.problems.Add(s.name, p)
		return nil, false
	}
	return &n, true
}
