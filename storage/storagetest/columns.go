package storagetest

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
)

// column is one field of a noun, as something that can be counted up: a text by a number
// at its end, a number by one, a switch by turning it.
type column[T any] struct {
	name  string
	bump  func(*T)
	count func(*T) int
	turns bool // it has two states, so that only the last bit of the count is left
}

func textColumn[T any](name string, of func(*T) *string) column[T] {
	return column[T]{name, func(v *T) { *of(v) = counted(*of(v)) }, func(v *T) int { return countOf(*of(v)) }, false}
}

func nullTextColumn[T any](name string, of func(*T) **string) column[T] {
	return column[T]{name,
		func(v *T) { *of(v) = new(counted(zero(*of(v)))) },
		func(v *T) int { return countOf(zero(*of(v))) }, false}
}

// counted is a text with the number at its end counted up. It stays short however often
// that is done, because some columns are.
func counted(text string) string {
	before, _, _ := strings.Cut(text, "#")
	return before + "#" + strconv.Itoa(countOf(text)+1)
}

// countOf is the number at the end of a text, 0 for none.
func countOf(text string) int {
	_, number, _ := strings.Cut(text, "#")
	n, _ := strconv.Atoi(number)
	return n
}

func numberColumn[T any, N ~int | ~int64](name string, of func(*T) *N) column[T] {
	return column[T]{name, func(v *T) { *of(v)++ }, func(v *T) int { return int(*of(v)) }, false}
}

func nullNumberColumn[T any, N ~int | ~int64](name string, of func(*T) **N) column[T] {
	return column[T]{name,
		func(v *T) { *of(v) = new(zero(*of(v)) + 1) },
		func(v *T) int { return int(zero(*of(v))) }, false}
}

// zero is what p points to, the zero value for nil.
func zero[V any](p *V) (v V) {
	if p != nil {
		v = *p
	}
	return v
}

func switchColumn[T any](name string, of func(*T) *bool) column[T] {
	return column[T]{name, func(v *T) { *of(v) = !*of(v) }, func(v *T) int {
		if *of(v) {
			return 1
		}
		return 0
	}, true}
}

// referenceColumn turns a reference on and off.
func referenceColumn[T any](name string, to int64, of func(*T) **int64) column[T] {
	return column[T]{name,
		func(v *T) {
			if *of(v) == nil {
				*of(v) = new(to)
			} else {
				*of(v) = nil
			}
		},
		func(v *T) int {
			if *of(v) == nil {
				return 0
			}
			return 1
		}, true}
}

// timeColumn counts minutes.
func timeColumn[T any](name string, of func(*T) *time.Time) column[T] {
	return column[T]{name,
		func(v *T) { p := of(v); *p = p.Add(time.Minute) },
		func(v *T) int { return int(of(v).Sub(now) / time.Minute) }, false}
}

// setColumn adds the next of some ids.
func setColumn[T any](name string, ids []int64, of func(*T) *[]int64) column[T] {
	return column[T]{name,
		func(v *T) { *of(v) = append(slices.Clone(*of(v)), ids[len(*of(v))]) },
		func(v *T) int { return len(*of(v)) }, false}
}

// editable is a noun whose rows are locked, changed and written.
type editable[T any] struct {
	columns []column[T]
	rest    []string // the fields that are not edited
	lock    func(storage.Tx, int64) (*T, error)
	update  func(storage.Tx, *T, *T) error
	clone   func(*T) *T
}

// writersPerColumn is how many goroutines edit the same column.
const writersPerColumn = 2

// edit has every column edited by several goroutines at once, and wants each change
// that was acknowledged, and each of them in the version.
func (n editable[T]) edit(e *env, id int64) {
	e.Helper()
	n.covers(e)
	before := n.read(e, id)
	var all sync.WaitGroup
	for _, c := range n.columns {
		for range writersPerColumn {
			all.Go(func() {
				for range Rounds {
					if err := e.Update(e.ctx, func(tx storage.Tx) error { return n.bump(tx, id, c) }); err != nil {
						e.Errorf("%T.%s: %v", *before, c.name, err)
					}
				}
			})
		}
	}
	all.Wait()
	after := n.read(e, id)
	for _, c := range n.columns {
		got, want := c.count(after)-c.count(before), writersPerColumn*Rounds
		if c.turns {
			got, want = (got+2)%2, want%2
		}
		if got != want {
			e.Errorf("%T.%s was changed %d times, %d of these are left", *before, c.name, want, got)
		}
	}
	equal(e, versionOf(after)-versionOf(before), int64(len(n.columns)*writersPerColumn*Rounds))
}

// versionOf returns the Version of a noun.
func versionOf[T any](v *T) int64 { return reflect.ValueOf(v).Elem().FieldByName("Version").Int() }

// covers wants every field of the noun to be edited, or named as one that is not.
func (n editable[T]) covers(e *env) {
	e.Helper()
	known := slices.Clone(n.rest)
	for _, c := range n.columns {
		known = append(known, c.name)
	}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if f.IsExported() && !slices.Contains(known, f.Name) {
			e.Errorf("%v.%s is not edited", reflect.TypeFor[T](), f.Name)
		}
	}
}

func (n editable[T]) bump(tx storage.Tx, id int64, c column[T]) error {
	before, err := n.lock(tx, id)
	if err != nil {
		return err
	}
	after := n.clone(before)
	c.bump(after)
	return n.update(tx, before, after)
}

func (n editable[T]) read(e *env, id int64) (v *T) {
	e.Helper()
	e.ok(e.Update(e.ctx, func(tx storage.Tx) (err error) { v, err = n.lock(tx, id); return err }))
	return v
}

// copyOf is clone for nouns that share nothing by their pointers, because columns
// replace what these point to.
func copyOf[T any](v *T) *T {
	c := *v
	return &c
}

// ids makes as many rows as the column of a set is given.
func ids(add func(i int) int64) (all []int64) {
	for i := range writersPerColumn * Rounds {
		all = append(all, add(i))
	}
	return all
}

// switchBetween turns a reference from the first of two ids to the second, and back.
func switchBetween[T any](name string, ids []int64, of func(*T) *int64) column[T] {
	return column[T]{name,
		func(v *T) { *of(v) = ids[(slices.Index(ids, *of(v))+1)%2] },
		func(v *T) int { return slices.Index(ids, *of(v)) }, true}
}
