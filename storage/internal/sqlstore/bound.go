package sqlstore

import (
	"context"
	"fmt"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// meter counts the bytes of rows that are read against a bound.
type meter struct {
	bound ticket.Bound
	bytes int
	full  bool // a row did not fit, and was not read
}

// each is use for the rows that fit.
func (m *meter) each(use func(*row) error) func(*row) error {
	if m.bound.Bytes == 0 {
		return use
	}
	return func(r *row) error {
		m.bytes += r.Size()
		if m.full = m.full || m.bytes > m.bound.Bytes; m.full {
			return direct.ErrEnough
		}
		return use(r)
	}
}

// few is each for a statement that reads limit rows at most, which are too many when
// there are as many as that.
func (m *meter) few(limit int, use func(*row) error) func(*row) error {
	if limit == 0 {
		return m.each(use)
	}
	rows := 0
	return m.each(func(r *row) error {
		if rows++; rows == limit {
			m.full = true
			return direct.ErrEnough
		}
		return use(r)
	})
}

// maxRows is how many rows of a kind are read of so many tickets or follow-ups before
// they count as too large, 0 without a bound. A server sends all rows of a statement,
// also those that are passed over.
func (m *meter) maxRows(n int) int {
	if m.bound.Bytes == 0 {
		return 0
	}
	return 64 + 16*n
}

// listBounded is list for a statement that has its rows in order: as many as fit.
func listBounded[T any](ctx context.Context, x *transaction, what string, q statement, b ticket.Bound, scan func(*row) T) (all []T, err error) {
	if b.Bytes == 0 {
		return list(ctx, x, what, q, scan)
	}
	bytes, tooLarge := 0, false
	err = x.each(ctx, what, q, func(r *row) error {
		if bytes += r.Size(); bytes > b.Bytes {
			tooLarge = len(all) == 0 && !b.Large
			if len(all) > 0 || tooLarge {
				return direct.ErrEnough
			}
		}
		all = append(all, scan(r))
		return nil
	})
	if err == nil && tooLarge {
		err = fmt.Errorf("%s: %w", what, storage.ErrTooLarge)
	}
	if err != nil {
		return nil, err
	}
	return all, nil
}

// halve calls read with the first half of the elements, then with half of these, and
// so on until what it reads is not larger than the bound. A single element may be if
// the bound says so. All of them together were too large before.
func halve[T any](what string, all []T, b ticket.Bound, read func(some []T, b ticket.Bound) (full bool, err error)) error {
	for n := len(all) / 2; n > 1; n /= 2 {
		if full, err := read(all[:n], b); !full || err != nil {
			return err
		}
	}
	if b.Large {
		b = ticket.Bound{}
	}
	full, err := read(all[:min(1, len(all))], b)
	if full && err == nil {
		err = fmt.Errorf("%s: %w", what, storage.ErrTooLarge)
	}
	return err
}
