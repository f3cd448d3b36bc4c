package sqlstore

import (
	"context"
	"math"
	"strconv"

	sq "github.com/Masterminds/squirrel"
)

const countTable = "helpdesk_ticket_count"

// addToCount adds n to the count of tickets in the block of an id. A block has several
// rows, and the id chooses one of them, so that transactions at the same time seldom wait
// for each other. Call it last in what writes a ticket: the row stays locked from then on.
func (s tickets) addToCount(ctx context.Context, id, n int64) error {
	d := &s.x.store.o.Dialect
	text := built(shape{table: countTable, kind: "add", rest: d.AddCount}, func() sq.Sqlizer {
		return sq.Insert(countTable).Columns("block", "shard", "n").Values(sq.Expr("?"), sq.Expr("?"), sq.Expr("?")).Suffix(d.AddCount)
	})
	return s.x.exec(ctx, "count ticket", statement{text: text, args: []any{id / d.CountBlock, id % d.CountShards, n}})
}

// countAll is how many tickets there are.
func (s tickets) countAll(ctx context.Context) (int, error) {
	return one(ctx, s.x, "count tickets", selecting("COALESCE(SUM(n), 0)", countTable, cond{}, order{}), integer)
}

// maxBlocks is how many blocks seek skips at once.
const maxBlocks = 64

// seek is the condition on the tickets from an offset on, by ascending id. It skips
// blocks by their counts: first many at once, then one by one. An index of nothing but
// ids leads to the place in the last block.
func (s tickets) seek(ctx context.Context, offset int) (cond, error) {
	block := int64(0)
	for _, width := range []int64{maxBlocks, 1} {
		var err error
		if block, offset, err = s.skip(ctx, block, width, offset); err != nil {
			return cond{}, err
		}
	}
	first := block * s.x.store.o.Dialect.CountBlock // of its ids
	narrow := selecting("id", s.x.store.o.Dialect.by(ticketsByID), is("id >= ?", first), order{by: "id", limit: 1, offset: offset})
	found, err := list(ctx, s.x, "find the page", narrow, (*row).Int)
	if err != nil || len(found) == 0 {
		return nothing, err
	}
	return is("id >= ?", found[0]), nil
}

// skip goes from a block as far as there are no more tickets than the offset, in
// steps of so many blocks. It returns the block, and the offset from there.
func (s tickets) skip(ctx context.Context, block, width int64, offset int) (int64, int, error) {
	type step struct{ block, tickets int64 }
	from := "block"
	if width > 1 {
		from += " - block % " + strconv.FormatInt(width, 10)
	}
	c := is("block >= ? AND block < ? GROUP BY "+from, block, upTo(block, width))
	q := selecting(from+", SUM(n)", countTable, c, order{by: from})
	steps, err := list(ctx, s.x, "find the page", q, func(r *row) step { return step{r.Int(), r.Int()} })
	if err != nil {
		return 0, 0, err
	}
	for _, at := range steps {
		block = at.block
		if int64(offset) < at.tickets {
			return block, offset, nil
		}
		offset -= int(at.tickets)
		block += width
	}
	return block, offset, nil
}

// upTo is the end of the blocks that skip looks at in steps of a width.
func upTo(block, width int64) int64 {
	if width == 1 {
		return block + maxBlocks
	}
	return math.MaxInt64
}
