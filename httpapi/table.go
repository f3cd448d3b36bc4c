package httpapi

import "slices"

// kind is what a field holds, in the words of docs/contract.md.
type kind string

const (
	kindText       kind = "text"
	kindEmail      kind = "e-mail"
	kindSlug       kind = "slug"
	kindPassword   kind = "password"
	kindInteger    kind = "integer"
	kindBoolean    kind = "boolean"
	kindChoice     kind = "choice"
	kindChoices    kind = "list of choices"
	kindReference  kind = "reference"
	kindReferences kind = "list of references"
	kindDatetime   kind = "datetime"
	kindDuration   kind = "duration"
	kindFile       kind = "file"
	kindFiles      kind = "list of files"
	kindTexts      kind = "list of texts"
	kindObjects    kind = "list of objects"
	kindObject     kind = "object"
	kindCustom     kind = "custom fields"
)

// spec is what is known of a field without the Go type of its resource.
type spec struct {
	name      string
	kind      kind
	required  bool     // must be there, unless the request is a PATCH
	nullable  bool     // may be null
	blank     bool     // a text may be ""
	maxLength int      // of a text, in characters; 0 stands for no limit of its own
	choices   []string // of a choice, as they are spelled on the wire
	readOnly  bool     // is answered, and ignored in bodies
	writeOnly bool     // is read from bodies, and not answered
	maybeNull bool     // an answer may have null, whatever bodies may have
	of        *schema  // of the object, or of each in the list, that answers have here; nil for none
	optional  bool     // some answers leave the key out
	taken     string   // what a client is told whose value another object has

	requests requests // whose bodies may have it

	nullOnCreate    bool // may be null in a POST
	keptByForms     bool // a boolean that a form leaves out stays as it is; others become false
	refusedOnUpdate bool // a file is refused, and not only ignored, by PUT and PATCH
}

// requests says in which requests a field is read.
type requests int

const (
	always requests = iota
	onlyCreate
	onlyUpdate
)

// readIn reports whether the field is read from a body in a mode.
func (s *spec) readIn(m mode) bool {
	switch s.requests {
	case onlyCreate:
		return m == creating
	case onlyUpdate:
		return m != creating
	}
	return true
}

// nullIn reports whether the field may be null in a mode.
func (s *spec) nullIn(m mode) bool { return s.nullable || s.nullOnCreate && m == creating }

// option sets a constraint of a field.
type option func(*spec)

func required(s *spec)  { s.required = true }
func nullable(s *spec)  { s.nullable = true }
func blank(s *spec)     { s.blank = true }
func readOnly(s *spec)  { s.readOnly = true }
func writeOnly(s *spec) { s.writeOnly = true }
func maybeNull(s *spec) { s.maybeNull = true }
func email(s *spec)     { s.kind = kindEmail }
func slug(s *spec)      { s.kind = kindSlug }

func nullOnCreate(s *spec)    { s.nullOnCreate = true }
func keptByForms(s *spec)     { s.keptByForms = true }
func refusedOnUpdate(s *spec) { s.refusedOnUpdate = true }

func maxLength(characters int) option { return func(s *spec) { s.maxLength = characters } }
func unique(taken string) option      { return func(s *spec) { s.taken = taken } }
func readOn(r requests) option        { return func(s *spec) { s.requests = r } }

// field is one line of a table: how a field of T is named, read and written. T is a
// pointer to a noun, or a small struct that holds one.
type field[T any] struct {
	spec
	key    []byte // in front of the value in an answer; nil where encode writes keys itself
	decode func(d *decoder, s *spec, v T)
	encode func(b []byte, v T, to writer) []byte
	omit   func(v T) bool // whether an answer leaves the key out; nil is never
	extra  bool           // decode reads into the extras of the decoder, not into v

	custom func(v T) customValues // where the custom fields are that the field stands for
}

func newField[T any](
	name string, k kind, options []option, decode func(*decoder, *spec, T), encode func([]byte, T, writer) []byte,
) field[T] {
	f := field[T]{spec: spec{name: name, kind: k}, decode: decode, encode: encode}
	for _, set := range options {
		set(&f.spec)
	}
	f.readOnly = f.readOnly || decode == nil
	f.writeOnly = f.writeOnly || encode == nil
	return f
}

// shownAs returns the field with another form in answers than in bodies. of describes
// the object that encode writes; nil is for none.
func (f field[T]) shownAs(of *schema, encode func(b []byte, v T, to writer) []byte) field[T] {
	f.encode, f.of, f.writeOnly = encode, of, false
	return f
}

// omittedIf returns the field without its key in some answers.
func (f field[T]) omittedIf(omit func(v T) bool) field[T] {
	f.omit, f.optional = omit, true
	return f
}

// table describes a resource, field by field, in the order of the keys of an answer.
type table[T any] struct {
	schema
	fields   []field[T]
	answered []field[T] // those that are not write-only
}

// schema is a table without the Go type of its resource.
type schema struct {
	name  string // in the OpenAPI document; "" is that of the route that has it
	specs []*spec
}

// find returns the field with a name, nil when there is none.
func (s *schema) find(name string) *spec {
	if s == nil {
		return nil
	}
	i := slices.IndexFunc(s.specs, func(f *spec) bool { return f.name == name })
	if i < 0 {
		return nil
	}
	return s.specs[i]
}

// newTable returns a table of fields. The first one that answers have must not be
// omitted in any.
func newTable[T any](fields ...field[T]) *table[T] {
	t := &table[T]{fields: fields}
	for i := range fields {
		f := &fields[i]
		t.specs = append(t.specs, &f.spec)
		if f.writeOnly {
			continue
		}
		if f.kind != kindCustom {
			f.key = []byte(`,"` + f.name + `":`)
			if len(t.answered) == 0 {
				f.key[0] = '{'
			}
		}
		t.answered = append(t.answered, *f)
	}
	return t
}

// called returns the table with a name in the OpenAPI document.
func (t *table[T]) called(name string) *table[T] {
	t.name = name
	return t
}

// id returns the id of v in digits.
func (t *table[T]) id(v T, to writer) string {
	_, id, _ := t.around("id")
	return string(id.encode(nil, v, to))
}

// append appends v as a JSON object.
func (t *table[T]) append(b []byte, v T, to writer) []byte {
	return append(appendFields(t.answered, b, v, to), '}')
}

// around returns the fields that answers have before a field, that field, and those
// behind it.
func (t *table[T]) around(name string) (before []field[T], at field[T], after []field[T]) {
	i := slices.IndexFunc(t.answered, func(f field[T]) bool { return f.name == name })
	return t.answered[:i], t.answered[i], t.answered[i+1:]
}

// hasCustom reports whether objects have custom fields.
func (s *schema) hasCustom() bool {
	return slices.ContainsFunc(s.specs, func(f *spec) bool { return f.kind == kindCustom })
}

func appendFields[T any](fields []field[T], b []byte, v T, to writer) []byte {
	for i := range fields {
		f := &fields[i]
		if f.omit == nil || !f.omit(v) {
			b = f.encode(append(b, f.key...), v, to)
		}
	}
	return b
}

// decode reads the fields of v from a body.
func (t *table[T]) decode(d *decoder, v T) { t.decodeSome(d, v, false) }

// decodeExtras reads what a body has besides the fields of a T, such as files, into
// the extras of the decoder.
func (t *table[T]) decodeExtras(d *decoder) {
	var none T
	t.decodeSome(d, none, true)
}

func (t *table[T]) decodeSome(d *decoder, v T, extra bool) {
	for i := range t.fields {
		if f := &t.fields[i]; !f.readOnly && f.extra == extra && f.readIn(d.mode) {
			f.decode(d, &f.spec, v)
		}
	}
}
