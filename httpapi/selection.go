package httpapi

import "slices"

// selection is the part of a table that an answer shows.
type selection[T any] struct {
	fields []field[T] // those of the table that are shown, in its order
	keys   keys
}

// selection returns the part of the table that is shown, nil for all of it.
func (t *table[T]) selection(s keys) *selection[T] {
	if s.all() {
		return nil
	}
	part := &selection[T]{keys: s}
	for _, f := range t.answered {
		if f.kind == kindCustom || s.has(f.name) {
			part.fields = append(part.fields, f)
		}
	}
	return part
}

// append appends v as a JSON object with the keys of the selection.
func (s *selection[T]) append(b []byte, v T, to writer) []byte {
	b, _ = s.appendFields(append(b, '{'), s.fields, 0, v, to)
	return append(b, '}')
}

// appendFields appends fields of v behind n others, and returns how many there are then.
func (s *selection[T]) appendFields(b []byte, fields []field[T], n int, v T, to writer) ([]byte, int) {
	for i := range fields {
		f := &fields[i]
		switch {
		case f.omit != nil && f.omit(v):
		case f.kind == kindCustom:
			c := f.custom(v)
			for _, d := range c.definitions {
				if s.keys.has(d.Key()) {
					b = appendValue(appendComma(b, n), c, d, to)
					n++
				}
			}
		default:
			b = f.encode(append(appendComma(b, n), f.key[1:]...), v, to)
			n++
		}
	}
	return b, n
}

// around is like that of a table. It reports false if the selection lacks the field.
func (s *selection[T]) around(name string) (before []field[T], after []field[T], ok bool) {
	i := slices.IndexFunc(s.fields, func(f field[T]) bool { return f.name == name })
	if i < 0 {
		return s.fields, nil, false
	}
	return s.fields[:i], s.fields[i+1:], true
}
