package helpdesk

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// How much of a list is read at once. Where a list is longer than a chunk, its first
// chunk is small, so that the first elements come soon.
const (
	maxPartBytes = 512 << 10
	maxChunk     = 200
	firstChunk   = 8
)

// List is a list that an actor may see. It is read in parts, each in a short
// transaction. No connection to the database is held while the caller uses the elements,
// however long the list and however slow the caller is.
//
// Others may write to the list meanwhile. The count and the first part come from one
// state of the database, each later part from a later state. The list ends at the element
// that was last when reading began. An element that nobody touched comes exactly once,
// as it was when its part was read. The number of elements may differ from the count.
//
// A List reads nothing by itself, and may be read any number of times. It is safe for
// concurrent use.
type List[T any] struct {
	desk *Desk
	listing[T]
}

// listing tells how a list is read. All functions but allow, key and less are called in a
// transaction.
type listing[T any] struct {
	allow func() error                              // whether the actor may read it, asked for each part
	check func(context.Context, *transaction) error // whether there is such a list; may be nil
	count func(context.Context, *transaction) (int, error)
	read  func(context.Context, *transaction, span) ([]T, error)

	// bounded says that read heeds the bound of a span. Otherwise at most chunk elements
	// are read at once, or maxChunk when it is 0.
	bounded bool
	chunk   int

	// whole says that read returns one state of the database even without a
	// transaction.
	whole bool

	key   func(T) position
	less  func(a, b position) bool // nil for the ascending order of ids
	order string                   // its name: only cursors with the same are taken

	// end returns the position of the last element of a span, or ErrNotFound. Where it
	// is nil, the element itself is read.
	end func(context.Context, *transaction, span) (position, error)
}

// span is a range of a list: limit elements, after a position and an offset from there.
// Limit 0 means all of them. Backward, the list is read against its order.
type span struct {
	after         position // the zero value is the start
	backward      bool
	offset, limit int
	bound         ticket.Bound
}

// towards is an order in the direction of a span.
func towards[O interface{ Reversed() O }](p span, o O) O {
	if p.backward {
		return o.Reversed()
	}
	return o
}

// Count reads how many elements there are.
func (l *List[T]) Count(ctx context.Context) (n int, err error) {
	if err := l.allow(); err != nil {
		return 0, err
	}
	err = l.desk.snapshot(ctx, func(tx *transaction) error {
		n, err = l.begin(ctx, tx)
		return err
	})
	return n, err
}

func (l *List[T]) begin(ctx context.Context, tx *transaction) (int, error) {
	if l.check != nil {
		if err := l.check(ctx, tx); err != nil {
			return 0, err
		}
	}
	return l.count(ctx, tx)
}

// All yields every element. An error ends the loop.
func (l *List[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		p, err := l.Page(ctx, nil)
		if err != nil {
			var zero T
			yield(zero, err)
			return
		}
		p.Items(ctx)(yield)
	}
}

// Window is a part of a list.
type Window struct {
	Offset int // how many elements are left out
	Limit  int // how many follow; 0 means all
}

// Page reads the beginning of a part of the list. It calls choose with the number of
// elements in the whole list, to learn which part that is, and returns the error of choose
// as it is. Choose may be called again when the transaction has to be repeated. A nil
// choose means the whole list.
func (l *List[T]) Page(ctx context.Context, choose func(count int) (Window, error)) (*Page[T], error) {
	if err := l.allow(); err != nil {
		return nil, err
	}
	var p *Page[T]
	err := l.desk.viewPart(ctx, func(tx *transaction, b ticket.Bound) error {
		p = &Page[T]{list: l}
		var err error
		if p.Count, err = l.begin(ctx, tx); err != nil {
			return err
		}
		var w Window
		if choose != nil {
			if w, err = choose(p.Count); err != nil {
				return err
			}
		}
		return p.begin(ctx, tx, w, b)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Page is a part of a list that is being read. It is used by one goroutine.
type Page[T any] struct {
	Count int // elements of the whole list, when reading began; 0 for one of PageUncounted
	Len   int // elements of the part, when reading began; an upper bound for one of PageUncounted

	list  *List[T]
	ready []T  // what was read first
	limit int  // of elements that are read next
	small bool // fewer than usual, as some were large
	after position
	end   position
	done  bool
}

// begin reads the first part of a window, and where that ends.
func (p *Page[T]) begin(ctx context.Context, tx *transaction, w Window, b ticket.Bound) (err error) {
	if p.Len = max(0, p.Count-w.Offset); w.Limit > 0 {
		p.Len = min(p.Len, w.Limit)
	}
	if p.Len == 0 {
		p.done = true
		return nil
	}
	if _, err = p.readFirst(ctx, tx, w, b); err != nil {
		return err
	}
	if p.done = len(p.ready) >= p.Len || len(p.ready) == 0; p.done {
		return nil
	}
	p.moved(p.ready)
	whole := span{offset: w.Offset, limit: p.Len}
	if w.Offset+p.Len == p.Count {
		whole = span{} // the end of the whole list is found sooner
	}
	p.end, err = p.list.endOf(ctx, tx, whole, w.Offset+p.Len-1)
	p.done, err = missing(err)
	return err
}

// readFirst reads the first elements of a window, and returns how many it asked for.
func (p *Page[T]) readFirst(ctx context.Context, tx *transaction, w Window, b ticket.Bound) (asked int, err error) {
	switch p.limit = cmp.Or(w.Limit, maxChunk); {
	case b.Large:
		p.limit = 1
	case p.Len > maxChunk:
		p.limit = firstChunk
	}
	p.ready, err = p.list.read(ctx, tx, span{offset: w.Offset, limit: p.limit, bound: b})
	return p.limit, err
}

// endOf returns the position of the last element of a span, which is at an offset.
func (l *List[T]) endOf(ctx context.Context, tx *transaction, whole span, offset int) (position, error) {
	if l.end != nil {
		return l.end(ctx, tx, whole)
	}
	last, err := l.read(ctx, tx, span{offset: offset, limit: 1})
	if err != nil {
		return position{}, err
	}
	if len(last) == 0 {
		return position{}, ErrNotFound
	}
	return l.key(last[0]), nil
}

// moved notes what was read, and decides how many elements to read next: fewer where they
// are large.
func (p *Page[T]) moved(read []T) {
	p.after = p.list.key(read[len(read)-1])
	switch {
	case len(read) < p.limit:
		p.limit, p.small = len(read), true
	case p.small:
		p.limit = min(4*p.limit, maxChunk)
	default:
		p.limit = maxChunk
	}
}

// Items yields the elements. It may be called once. An error ends the loop before the
// whole part was yielded.
func (p *Page[T]) Items(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		for batch := p.ready; ; {
			p.ready = nil
			for i, item := range batch {
				batch[i] = zero // a large one is not kept until the others were used
				if !yield(item, nil) {
					return
				}
			}
			if p.done {
				return
			}
			var err error
			if batch, err = p.next(ctx); err != nil {
				yield(zero, err)
				return
			}
		}
	}
}

// next reads what follows, as far as the end that the list had.
func (p *Page[T]) next(ctx context.Context) (batch []T, err error) {
	l := p.list
	if err := l.allow(); err != nil {
		return nil, err
	}
	run := l.desk.snapshot
	if l.whole {
		run = l.desk.lookUp
	}
	large := false
	err = l.desk.readPart(ctx, func(b ticket.Bound) error {
		if large = b.Large; large {
			p.limit = 1
		}
		return run(ctx, func(tx *transaction) error {
			batch, err = l.read(ctx, tx, span{after: p.after, limit: p.limit, bound: b})
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	if len(batch) == 0 {
		p.done = true
		return nil, nil
	}
	if p.moved(batch); large { // so may be the next one, and a server looks at all up to the limit
		p.limit, p.small = 1, true
	}
	less := l.less
	if less == nil {
		less = func(a, b position) bool { return a.id < b.id }
	}
	behind := slices.IndexFunc(batch, func(item T) bool { return less(p.end, l.key(item)) })
	if behind >= 0 {
		batch = batch[:behind]
	}
	p.done = behind >= 0 || p.after.id == p.end.id
	return batch, nil
}

// viewPart runs fn in a reading transaction, with the limit of a part. Where a single
// element is larger than the limit, it waits until that may be read (see WithLarge) and
// runs fn again.
func (d *Desk) viewPart(ctx context.Context, fn func(*transaction, ticket.Bound) error) error {
	return d.readPart(ctx, func(b ticket.Bound) error {
		return d.snapshot(ctx, func(tx *transaction) error { return fn(tx, b) })
	})
}

// readPart is viewPart for a read that needs no transaction around it.
func (d *Desk) readPart(ctx context.Context, read func(ticket.Bound) error) error {
	b := ticket.Bound{Bytes: maxPartBytes}
	err := read(b)
	if !errors.Is(err, storage.ErrTooLarge) {
		return err
	}
	if wait, ok := ctx.Value(largeKey{}).(func(context.Context) error); ok {
		if err := wait(ctx); err != nil {
			return err
		}
	}
	b.Large = true
	return read(b)
}

type largeKey struct{}

// WithLarge returns a context for reading. Before an element is read that takes more than
// half a MiB of memory, or has a text of more than 64 KiB, wait is called, outside of any
// transaction but that of Atomically. So a program can limit how many of these it has in
// memory at once. An error of wait ends the reading.
func WithLarge(ctx context.Context, wait func(context.Context) error) context.Context {
	return context.WithValue(ctx, largeKey{}, wait)
}

// newList returns a list for an actor who holds a permission.
func newList[T any](d *Desk, actor *user.User, p Permission, l listing[T]) *List[T] {
	l.allow = func() error { return d.Allow(actor, p) }
	return &List[T]{d, l}
}
