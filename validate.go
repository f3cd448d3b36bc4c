package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
)

type problemsKey struct{}

// WithProblems returns a context for a use case that creates something, in which these
// problems have been found already: for a caller who reads a wire format and wants to
// report at once what is wrong with the format and with the values. The use case adds the
// problems of all other fields, returns them as a problem.Error and writes nothing.
// Without problems it returns ctx.
func WithProblems(ctx context.Context, found problem.Error) context.Context {
	if len(found) == 0 {
		return ctx
	}
	return context.WithValue(ctx, problemsKey{}, found)
}

func problemsOf(ctx context.Context) problem.Error {
	found, _ := ctx.Value(problemsKey{}).(problem.Error)
	return found
}

// invalid returns the problems, after those that the caller of the use case has found, or
// nil when there are none.
func (tx *transaction) invalid(problems problem.Error) error {
	if len(tx.found) == 0 {
		return problems.Err()
	}
	all := maps.Clone(tx.found)
	all.Merge(problems)
	return all.Err()
}

// problemsOfChange separates what a caller's function found wrong from an error that ends
// the use case.
func problemsOfChange(err error) (problem.Error, error) {
	if err == nil {
		return problem.Error{}, nil
	}
	if found, ok := errors.AsType[problem.Error](err); ok {
		return maps.Clone(found), nil
	}
	return nil, err
}

// required returns an error when a caller passed nil for something, such as "a
// ticket".
func required[T any](something string, v *T) error {
	if v == nil {
		return fmt.Errorf("helpdesk: nil was passed instead of %s", something)
	}
	return nil
}

// missing reports whether err says that there is no such row, and drops it.
func missing(err error) (bool, error) {
	if errors.Is(err, storage.ErrNotFound) {
		return true, nil
	}
	return false, err
}

// taken turns a duplicate into the problem that a unique name is taken.
func taken(field string, err error) error {
	if errors.Is(err, storage.ErrDuplicate) {
		return problem.Error{field: {{Reason: problem.Taken}}}
	}
	return err
}

// inUse turns a reference that prevents a deletion into ErrInUse.
func inUse(err error) error {
	if errors.Is(err, storage.ErrReferenced) {
		return ErrInUse
	}
	return err
}

// noObject is the problem of an id that names nothing.
func noObject(id int64) problem.Problem {
	return problem.Problem{Reason: problem.NoObject, Value: strconv.FormatInt(id, 10)}
}

// same reports whether an edit has changed nothing.
func same[T any](before, after *T) bool { return reflect.DeepEqual(before, after) }

// equal compares what two pointers point to.
func equal[T comparable](a, b *T) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// sortedIDs is a set of ids, ascending.
func sortedIDs(ids []int64) []int64 {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// deref returns what p points to, and the zero value along with an error.
func deref[T any](p *T, err error) (T, error) {
	if err != nil {
		var zero T
		return zero, err
	}
	return *p, nil
}
