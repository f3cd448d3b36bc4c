package sqlstore

import (
	"context"
	"errors"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/storage"
)

const countTable = "helpdesk_ticket_count"

// counted adds n tickets with this id to the counts of its block, in that of the
// block's rows which has its turn, so that transactions which do the same at once
// seldom wait for each other. It comes last in what writes a ticket: the row stays
// locked from then on.
func (s tickets) counted(ctx context.Context, id, n int64) error {
	d := &s.x.store.o.Dialect
	block, shard := id/d.CountBlock, id%d.CountShards
	for range 3 {
		added, err := s.addCount(ctx, block, shard, n)
		if added || err != nil {
			return err
		}
		q := inserting(countTable, []string{"block", "shard", "n"}, 1, []any{block, shard, n})
		_, err = s.x.exec(ctx, "count ticket", q)
		if err == nil || !errors.Is(err, storage.ErrDuplicate) { // else somebody has just begun the row
			return err
		}
	}
	return fmt.Errorf("count ticket: %w: the row comes and goes", storage.ErrBusy)
}

// addCount reports whether there was a row to add to.
func (s tickets) addCount(ctx context.Context, block, shard, n int64) (bool, error) {
	text := built(shape{table: countTable, kind: "add"}, func() sq.Sqlizer {
		return sq.Update(countTable).Set("n", sq.Expr("n + ?")).Where("block = ? AND shard = ?")
	})
	res, err := s.x.exec(ctx, "count ticket", statement{text, []any{n, block, shard}})
	if err != nil {
		return false, err
	}
	affected, err := res.RowsAffected()
	return affected > 0, err
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
