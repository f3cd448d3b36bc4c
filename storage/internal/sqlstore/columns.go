package sqlstore

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// micros is how a time is stored.
func micros(t time.Time) int64 { return t.UnixMicro() }

func nullMicros(t *time.Time) any {
	if t == nil {
		return nil
	}
	return micros(*t)
}

// instant reads a stored time.
func instant(r *row) time.Time { return time.UnixMicro(r.Int()).UTC() }

// nullInstant reads a stored time, nil for null.
func nullInstant(r *row) *time.Time {
	n := r.NullInt()
	if n == nil {
		return nil
	}
	return new(time.UnixMicro(*n).UTC())
}

// null reads a number that has a type, nil for null.
func null[T ~int | ~int64](r *row) *T {
	n := r.NullInt()
	if n == nil {
		return nil
	}
	return new(T(*n))
}

// integer reads an int.
func integer(r *row) int { return int(r.Int()) }

// zeroAsNull stores a time, the zero time as null.
func zeroAsNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return micros(t)
}

// zeroOrInstant reads what zeroAsNull stored.
func zeroOrInstant(r *row) time.Time {
	if t := nullInstant(r); t != nil {
		return *t
	}
	return time.Time{}
}

// asJSON stores a list as JSON, nil as null. Its elements are texts, numbers or structs of
// these.
func asJSON[T any](list []T) any {
	if list == nil {
		return nil
	}
	b, _ := json.Marshal(list) // these always can
	return string(b)
}

// listFromJSON reads what asJSON stored. The error, if any, says nothing of what it read.
func listFromJSON[T any](r *row) (list []T) {
	stored, null := r.MaybeText()
	if null {
		return nil
	}
	if json.Unmarshal([]byte(stored), &list) != nil {
		r.Fail(errNoList)
	}
	return list
}

var errNoList = errors.New("no list in a text")

// fromJSON is listFromJSON for strings.
func fromJSON[T ~string](r *row) []T {
	stored, null := r.MaybeText()
	switch {
	case null:
		return nil
	case stored == "[]": // the most frequent
		return []T{}
	}
	if list := plainStrings[T](stored); list != nil {
		return list
	}
	var list []T
	if err := json.Unmarshal([]byte(stored), &list); err != nil {
		r.Fail(err)
	}
	return list
}

// plainStrings reads a list of strings without escapes, as asJSON writes it, in a tenth
// of the time. It returns nil for any other list.
func plainStrings[T ~string](stored string) []T {
	inner, opens := strings.CutPrefix(stored, `["`)
	inner, closes := strings.CutSuffix(inner, `"]`)
	if !opens || !closes || strings.Contains(inner, `\`) {
		return nil
	}
	separators := strings.Count(inner, `","`)
	if strings.Count(inner, `"`) != 2*separators {
		return nil
	}
	list := make([]T, 0, separators+1)
	for word := range strings.SplitSeq(inner, `","`) {
		list = append(list, T(word))
	}
	return list
}
