package sqlstore

import "github.com/go-helpdesk/helpdesk/storage/internal/direct"

// collector makes a record of each row that a statement reads, as far as the rows fit a
// meter.
type collector[T any] struct {
	scanner[T]
	meter *meter
	limit int // how many rows the statement reads at most, which do not fit; 0 is no limit
	rows  int
	all   []*T
}

func newCollector[T any](t *table[T], m *meter, limit int) collector[T] {
	return collector[T]{scanner: scanner[T]{table: t}, meter: m, limit: limit}
}

// read is direct.Step.Use.
func (c *collector[T]) read(r *row) error {
	if c.rows++; c.rows == c.limit {
		c.meter.full = true
	}
	if !c.meter.fits(r) {
		return direct.ErrEnough
	}
	c.all = append(c.all, c.scan(r))
	return nil
}

// scanner makes records of rows. It allocates the later ones many at a time.
type scanner[T any] struct {
	table *table[T]
	free  []T
	size  int // of the next slab; 0 is 1
}

// maxSlab is how many records are allocated at a time.
const maxSlab = 64

func (s *scanner[T]) scan(r *row) *T {
	if len(s.free) == 0 {
		s.free = make([]T, max(1, s.size))
		s.size = min(4*len(s.free), maxSlab)
	}
	v := &s.free[0]
	s.free = s.free[1:]
	s.table.scan(r, v)
	return v
}
