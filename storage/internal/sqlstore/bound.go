package sqlstore

import (
	"context"
	"fmt"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// short says which texts a statement leaves out. Whatever has a long one is too large for
// a bounded read, and reading it to find that out would take the memory that the bound
// is to save.
type short struct {
	long                    bool // long texts
	maxText                 int  // or the connection is to stop at longer ones, unless 0
	description, resolution bool // these, whatever their length
}

// shortOf is short for a read within a bound.
func shortOf(b ticket.Bound) short { return short{long: b.Bytes > 0} }

// shortRows is shortOf for a statement that finds and sorts its rows without texts. Where
// the connection stops at a long text by itself, that is quicker than to ask for the
// length of each.
func (x *transaction) shortRows(b ticket.Bound) short {
	if b.Bytes > 0 && x.limitsTexts() {
		return short{maxText: maxShortText}
	}
	return shortOf(b)
}

// shortList is shortOf for listBounded, which reads the first row whatever it takes when
// the bound says so.
func shortList(b ticket.Bound) short { return short{long: b.Bytes > 0 && !b.Large} }

// without is s for a query of tickets that leaves out parts of them.
func (s short) without(p ticket.Parts) short {
	s.description, s.resolution = p.Has(ticket.Description), p.Has(ticket.Resolution)
	return s
}

// kind is a part of the kind of a shape.
func (s short) kind() (kind string) {
	if s.long {
		kind = " short"
	}
	if s.description {
		kind += " without description"
	}
	if s.resolution {
		kind += " without resolution"
	}
	return kind
}

// omits reports whether a column is left out.
func (s short) omits(column string) bool {
	return s.description && column == "description" || s.resolution && column == "resolution"
}

// maxShortText is how many bytes of a text are read where long ones are left out. A row
// with two such texts fits into the buffer that MySQL's driver keeps for a connection.
const maxShortText = 64 << 10

// shortText selects a text, or direct.Omitted in place of a long one.
func shortText(column string) string {
	return fmt.Sprintf("CASE WHEN OCTET_LENGTH(%s) > %d THEN CHAR(0) ELSE %[1]s END", column, maxShortText)
}

// meter counts the bytes of the rows that are read, and stops at a bound.
type meter struct {
	bound ticket.Bound
	bytes int
	full  bool // a row did not fit, and was not read
}

// fits reports whether a row is to be read, which it counts. A nil meter has no bound.
func (m *meter) fits(r *row) bool {
	if m == nil || m.bound.Bytes == 0 {
		return true
	}
	m.bytes += r.Size()
	m.full = m.full || m.bytes > m.bound.Bytes
	return !m.full
}

// maxRows is the limit of a collector for rows that belong to n tickets or follow-ups; 0, which
// is no limit, without a bound. A server sends all rows of a statement, even when they
// are not read.
func (m *meter) maxRows(n int) int {
	if m.bound.Bytes == 0 {
		return 0
	}
	return 64 + 16*n
}

// listBounded is list with a bound: it returns the first rows, as many as fit.
func listBounded[T any](
	ctx context.Context, x *transaction, what string, q statement, b ticket.Bound, scan func(*row) T,
) (all []T, err error) {
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

// halve calls read with the first half of the elements, then with the first quarter, and
// so on until what it reads fits the bound. A single element need not fit if the bound
// allows that. Call it when all elements together did not fit.
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
