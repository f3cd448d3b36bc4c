package helpdesk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// Find reads one page of at most limit elements, without counting, and returns it with the
// cursors of the pages before and behind it. The zero Cursor c is the first page; a cursor
// that is zero as a result says that there is no such page. The elements are in the order
// of the list in either direction.
//
// A page is from one state of the database, and checks the rights of the actor anew. Each
// page costs the same, however far behind. Where others write meanwhile, an element that
// does not move in the order is in exactly one page of a walk; one that moves may be in
// several or in none. There may be a cursor of a page whose elements are gone when it is
// read.
//
// Elements that are large make a page shorter than limit, so that it fits in memory: it
// ends before it takes more than half a MiB, but not before its first element. So only the
// cursor tells whether there is another page.
//
// Find returns ErrInvalidCursor for the Cursor of a list with another order, and an error
// for a limit that is not positive.
func (l *List[T]) Find(ctx context.Context, c Cursor, limit int) (items []T, previous, next Cursor, err error) {
	if limit <= 0 {
		return nil, Cursor{}, Cursor{}, fmt.Errorf("helpdesk: limit %d of a page is not positive", limit)
	}
	if err := l.allow(); err != nil {
		return nil, Cursor{}, Cursor{}, err
	}
	if c != (Cursor{}) && c.order != l.order {
		return nil, Cursor{}, Cursor{}, ErrInvalidCursor
	}
	more := false
	err = l.desk.viewPart(ctx, func(tx *transaction, b ticket.Bound) (err error) {
		if l.check != nil {
			if err := l.check(ctx, tx); err != nil {
				return err
			}
		}
		items, more, err = l.find(ctx, tx, span{after: c.at, backward: c.backward(), bound: b}, limit)
		return err
	})
	if err != nil {
		return nil, Cursor{}, Cursor{}, err
	}
	if c.backward() {
		slices.Reverse(items)
	}
	previous, next = l.around(c, items, more)
	return items, previous, next, nil
}

// find reads the elements of a page, and whether more follow.
func (l *List[T]) find(ctx context.Context, tx *transaction, s span, limit int) (items []T, more bool, err error) {
	for {
		s.limit = limit - len(items) + 1 // one more than is asked for
		switch {
		case s.bound.Large:
			s.limit = 1
		case !l.bounded:
			s.limit = min(s.limit, cmp.Or(l.chunk, maxChunk))
		}
		batch, err := l.read(ctx, tx, s)
		if err != nil {
			return nil, false, err
		}
		items = append(items, batch...)
		switch {
		case len(items) > limit:
			return items[:limit], true, nil
		case len(batch) == 0:
			return items, false, nil
		}
		s.after = l.key(batch[len(batch)-1])
		if l.bounded { // the list has ended, or the next element did not fit
			more, err = l.continues(ctx, tx, s)
			return items, more, err
		}
		if len(batch) < s.limit {
			return items, false, nil
		}
	}
}

// continues reports whether there are elements in a span.
func (l *List[T]) continues(ctx context.Context, tx *transaction, s span) (bool, error) {
	s.limit, s.bound = 1, ticket.Bound{Bytes: 1}
	found, err := l.read(ctx, tx, s)
	if errors.Is(err, storage.ErrTooLarge) {
		return true, nil
	}
	return len(found) > 0, err
}

// around returns the cursors of the pages around one that was read from c. More says that
// elements follow in the direction in which it was read.
func (l *List[T]) around(c Cursor, items []T, more bool) (previous, next Cursor) {
	if len(items) == 0 { // what was there is gone
		switch c.from {
		case afterElement:
			previous = Cursor{from: fromEnd, order: l.order}
		case beforeElement:
			next = Cursor{from: fromStart, order: l.order}
		}
		return previous, next
	}
	precede, follow := more, c.from == beforeElement // of a page that was read backward
	if !c.backward() {
		precede, follow = c.from == afterElement, more
	}
	if precede {
		previous = Cursor{beforeElement, l.order, l.key(items[0])}
	}
	if follow {
		next = Cursor{afterElement, l.order, l.key(items[len(items)-1])}
	}
	return previous, next
}
