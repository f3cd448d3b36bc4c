package sqlstore

import (
	"context"

	sq "github.com/Masterminds/squirrel"
)

const countTable = "helpdesk_ticket_count"

// counted adds n tickets with this id to the counts of its block, in that of the
// block's rows which has its turn, so that transactions which do the same at once
// seldom wait for each other. It comes last in what writes a ticket: the row stays
// locked from then on.
func (s tickets) counted(ctx context.Context, id, n int64) error {
	d := &s.x.store.o.Dialect
	text := built(shape{table: countTable, kind: "add"}, func() sq.Sqlizer {
		return sq.Insert(countTable).Columns("block", "shard", "n").Values(sq.Expr("?"), sq.Expr("?"), sq.Expr("?")).Suffix(d.AddCount)
	})
	return s.x.do(ctx, "count ticket", statement{text, []any{id / d.CountBlock, id % d.CountShards, n}})
}

// countAll is how many tickets there are.
func (s tickets) countAll(ctx context.Context) (int, error) {
	return one(ctx, s.x, "count tickets", selecting("COALESCE(SUM(n), 0)", countTable, cond{}, order{}), integer)
}

// seek is the condition on the tickets from an offset on, by ascending id: the
// counts lead to a block, and an index without anything but ids to the place in it.
func (s tickets) seek(ctx context.Context, offset int) (cond, error) {
	type block struct{ number, tickets int64 }
	q := selecting("block, SUM(n)", countTable+" GROUP BY block", cond{}, order{by: "block"})
	blocks, err := list(ctx, s.x, "find the page", q, func(r *row) block { return block{r.Int(), r.Int()} })
	if err != nil {
		return cond{}, err
	}
	first := int64(0) // of the block's ids
	for _, b := range blocks {
		if int64(offset) < b.tickets {
			break
		}
		offset -= int(b.tickets)
		first = (b.number + 1) * s.x.store.o.Dialect.CountBlock
	}
	narrow := selecting("id", s.x.store.o.Dialect.Narrow, is("id >= ?", first), order{by: "id", limit: 1, offset: offset})
	found, err := list(ctx, s.x, "find the page", narrow, (*row).Int)
	if err != nil || len(found) == 0 {
		return cond{text: "1=0"}, err
	}
	return is("id >= ?", found[0]), nil
}
