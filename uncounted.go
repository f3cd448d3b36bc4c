package helpdesk

import (
	"cmp"
	"context"
	"math"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// PageUncounted is Page for a caller who needs no count, which may cost more than the
// elements do. It returns a Page whose Count is 0 and whose Len is an upper bound, and
// whether elements follow behind the window. The page is empty where the list has no
// element at the offset.
func (l *List[T]) PageUncounted(ctx context.Context, w Window) (p *Page[T], more bool, err error) {
	if err := l.allow(); err != nil {
		return nil, false, err
	}
	err = l.desk.viewPart(ctx, func(tx *transaction, b ticket.Bound) (err error) {
		if l.check != nil {
			if err := l.check(ctx, tx); err != nil {
				return err
			}
		}
		p = &Page[T]{list: l, Len: cmp.Or(w.Limit, math.MaxInt)}
		more, err = p.beginUncounted(ctx, tx, w, b)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	return p, more, nil
}

// beginUncounted reads the first part of a window, where that ends, and whether elements
// follow behind it.
func (p *Page[T]) beginUncounted(ctx context.Context, tx *transaction, w Window, b ticket.Bound) (more bool, err error) {
	asked, err := p.readFirst(ctx, tx, w, b)
	if err != nil {
		return false, err
	}
	n := len(p.ready)
	if n == 0 {
		p.Len, p.done = 0, true
		return false, nil
	}
	p.moved(p.ready)
	switch {
	case n == w.Limit:
		p.done = true
		return p.list.continues(ctx, tx, span{after: p.after})
	case n < asked && !p.list.bounded: // the list has ended
		p.Len, p.done = n, true
		return false, nil
	}
	p.end, more, err = p.list.endUncounted(ctx, tx, w)
	p.done = err == nil && p.end.id == p.after.id
	return more, err
}

// endUncounted returns the position of the last element of a window, and whether elements
// follow. The window has an element.
func (l *List[T]) endUncounted(ctx context.Context, tx *transaction, w Window) (at position, more bool, err error) {
	if w.Limit > 0 {
		at, err = l.endOf(ctx, tx, span{offset: w.Offset, limit: w.Limit}, w.Offset+w.Limit-1)
		none, err := missing(err)
		if err != nil {
			return at, false, err
		}
		if !none {
			more, err = l.continues(ctx, tx, span{after: at})
			return at, more, err
		}
	}
	if l.end != nil {
		at, err = l.end(ctx, tx, span{})
		return at, false, err
	}
	last, err := l.read(ctx, tx, span{backward: true, limit: 1})
	if err != nil || len(last) == 0 {
		return at, false, err
	}
	return l.key(last[0]), false, nil
}
