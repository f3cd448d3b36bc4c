package httpapi

import (
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
)

// This file has a constructor for each kind of field. Most take a function that points
// to the Go value in a T, through which it is both read and written.

// text is a text that is never null.
func text[T any](name string, at func(T) *string, options ...option) field[T] {
	return newField(name, kindText, options, func(d *decoder, s *spec, v T) {
		if text, ok := d.text(s); ok && text != nil {
			*at(v) = *text
		}
	}, func(b []byte, v T, to writer) []byte { return appendText(b, *at(v), to) })
}

// nullText is a text whose Go value may be nil.
func nullText[T any](name string, at func(T) **string, options ...option) field[T] {
	return newField(name, kindText, append(options, maybeNull), func(d *decoder, s *spec, v T) {
		if text, ok := d.text(s); ok {
			*at(v) = text
		}
	}, func(b []byte, v T, to writer) []byte { return appendNullText(b, *at(v), to) })
}

// computed is a text that follows from other fields.
func computed[T any](name string, compute func(T) string) field[T] {
	return newField(name, kindText, nil, nil, func(b []byte, v T, to writer) []byte { return appendText(b, compute(v), to) })
}

// shown is a field that clients cannot set, and that encode writes.
func shown[T any](name string, k kind, encode func(b []byte, v T, to writer) []byte, options ...option) field[T] {
	return newField(name, k, options, nil, encode)
}

// integer is a number that clients cannot set.
func integer[T any](name string, get func(T) int64) field[T] {
	return newField(name, kindInteger, nil, nil, func(b []byte, v T, _ writer) []byte { return strconv.AppendInt(b, get(v), 10) })
}

// nullInteger is an integer that may be null.
func nullInteger[T any](name string, at func(T) **int64, options ...option) field[T] {
	return newField(name, kindInteger, append(options, nullable), func(d *decoder, s *spec, v T) {
		if n, ok := d.integer(s); ok {
			*at(v) = n
		}
	}, func(b []byte, v T, _ writer) []byte { return jsontext.NullInt(b, *at(v)) })
}

// reference is the id of another object.
func reference[T any](name string, at func(T) *int64, options ...option) field[T] {
	return newField(name, kindReference, options, func(d *decoder, s *spec, v T) {
		if id, ok := d.reference(s); ok && id != nil {
			*at(v) = *id
		}
	}, func(b []byte, v T, _ writer) []byte { return strconv.AppendInt(b, *at(v), 10) })
}

// nullReference is a reference that may be null.
func nullReference[T any](name string, at func(T) **int64, options ...option) field[T] {
	return newField(name, kindReference, append(options, nullable), func(d *decoder, s *spec, v T) {
		if id, ok := d.reference(s); ok {
			*at(v) = id
		}
	}, func(b []byte, v T, _ writer) []byte { return jsontext.NullInt(b, *at(v)) })
}

// references is a list of references.
func references[T any](name string, at func(T) *[]int64, options ...option) field[T] {
	return newField(name, kindReferences, options, func(d *decoder, s *spec, v T) {
		if ids, ok := d.references(s); ok {
			*at(v) = ids
		}
	}, func(b []byte, v T, _ writer) []byte {
		b = append(b, '[')
		for i, id := range *at(v) {
			b = strconv.AppendInt(appendComma(b, i), id, 10)
		}
		return append(b, ']')
	})
}

// boolean is true or false.
func boolean[T any](name string, at func(T) *bool, options ...option) field[T] {
	return newField(name, kindBoolean, options, func(d *decoder, s *spec, v T) {
		if truth, ok := d.boolean(s); ok {
			*at(v) = truth
		}
	}, func(b []byte, v T, _ writer) []byte { return strconv.AppendBool(b, *at(v)) })
}

// choice is one of some numbers. Where null is allowed, it leaves the Go value alone.
func choice[T any, V ~int](name string, at func(T) *V, choices []V, options ...option) field[T] {
	return newField(name, kindChoice, append(options, among(choices)), func(d *decoder, s *spec, v T) {
		if i, ok := d.choice(s); ok && i >= 0 {
			*at(v) = choices[i]
		}
	}, func(b []byte, v T, _ writer) []byte { return strconv.AppendInt(b, int64(*at(v)), 10) })
}

// nullChoice is one of some numbers, or null.
func nullChoice[T any, V ~int](name string, at func(T) **V, choices []V, options ...option) field[T] {
	return newField(name, kindChoice, append(options, among(choices), nullable), func(d *decoder, s *spec, v T) {
		if i, ok := d.choice(s); ok {
			*at(v) = nil
			if i >= 0 {
				*at(v) = new(choices[i])
			}
		}
	}, func(b []byte, v T, _ writer) []byte {
		if chosen := *at(v); chosen != nil {
			return strconv.AppendInt(b, int64(*chosen), 10)
		}
		return appendNull(b)
	})
}

// word is one of some words.
func word[T any, V ~string](name string, at func(T) *V, choices []V, options ...option) field[T] {
	return newField(name, kindChoice, append(options, amongWords(choices)), func(d *decoder, s *spec, v T) {
		if i, ok := d.choice(s); ok && i >= 0 {
			*at(v) = choices[i]
		}
	}, func(b []byte, v T, _ writer) []byte { return jsontext.String(b, string(*at(v))) })
}

// words is a list of words. Whether each is a choice is left to the desk.
func words[T any, V ~string](name string, at func(T) *[]V, choices []V, options ...option) field[T] {
	return newField(name, kindChoices, append(options, amongWords(choices)), func(d *decoder, s *spec, v T) {
		if words, ok := d.words(s); ok {
			*at(v) = make([]V, len(words))
			for i, word := range words {
				(*at(v))[i] = V(word)
			}
		}
	}, func(b []byte, v T, _ writer) []byte { return appendTexts(b, *at(v)) })
}

// among makes numbers the choices of a field.
func among[V ~int](choices []V) option {
	return func(s *spec) {
		for _, c := range choices {
			s.choices = append(s.choices, strconv.Itoa(int(c)))
		}
	}
}

func amongWords[V ~string](choices []V) option {
	return func(s *spec) {
		for _, c := range choices {
			s.choices = append(s.choices, string(c))
		}
	}
}

// texts is a list of texts that clients cannot set; nil is null.
func texts[T any](name string, get func(T) []string) field[T] {
	return newField(name, kindTexts, []option{maybeNull}, nil, func(b []byte, v T, _ writer) []byte {
		if list := get(v); list != nil {
			return appendTexts(b, list)
		}
		return appendNull(b)
	})
}

// datetime is a time that clients cannot set.
func datetime[T any](name string, get func(T) time.Time) field[T] {
	return newField(name, kindDatetime, nil, nil, func(b []byte, v T, _ writer) []byte { return jsontext.Time(b, get(v)) })
}

// nullDatetime is a time that may be null.
func nullDatetime[T any](name string, at func(T) **time.Time, options ...option) field[T] {
	return newField(name, kindDatetime, append(options, nullable), func(d *decoder, s *spec, v T) {
		if t, ok := d.datetime(s); ok {
			*at(v) = t
		}
	}, func(b []byte, v T, _ writer) []byte { return jsontext.NullTime(b, *at(v)) })
}

// nullDuration is a duration that may be null.
func nullDuration[T any](name string, at func(T) **followup.TimeSpent, options ...option) field[T] {
	return newField(name, kindDuration, append(options, nullable), func(d *decoder, s *spec, v T) {
		if t, ok := d.duration(s); ok {
			*at(v) = t
		}
	}, func(b []byte, v T, _ writer) []byte {
		if t := *at(v); t != nil {
			return jsontext.String(b, t.String())
		}
		return appendNull(b)
	})
}

// password is a password, which no answer has. It is read into the extras of a body.
func password[T any](name string, at func(*extras) **string, options ...option) field[T] {
	f := newField[T](name, kindPassword, options, func(d *decoder, s *spec, _ T) { *at(&d.extras) = d.password(s) }, nil)
	f.extra = true
	return f
}

// objects is a list of objects that clients cannot set. Each S is shown as an E.
func objects[T, S, E any](name string, get func(T) []S, show func(T, S) E, of *table[E]) field[T] {
	return newField(name, kindObjects, []option{func(s *spec) { s.of = &of.schema }}, nil, func(b []byte, v T, to writer) []byte {
		b = append(b, '[')
		for i, item := range get(v) {
			b = of.append(appendComma(b, i), show(v, item), to)
		}
		return append(b, ']')
	})
}

// itself shows an element of a list as it is.
func itself[T, E any](_ T, e E) E { return e }

func appendNull(b []byte) []byte { return append(b, "null"...) }

// appendComma appends what separates element i of a list from the one before.
func appendComma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}

func appendTexts[V ~string](b []byte, list []V) []byte {
	b = append(b, '[')
	for i, text := range list {
		b = jsontext.String(appendComma(b, i), string(text))
	}
	return append(b, ']')
}
