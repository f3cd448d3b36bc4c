package sqlite_test

import (
	"testing"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestPlacesBeyondManyBlocks: every place is found where tickets lie far apart, so that
// the way leads over many blocks of counts, empty ones among them.
func TestPlacesBeyondManyBlocks(t *testing.T) {
	t.Parallel()
	ctx, db := t.Context(), pool(t, hostParams)
	s := sqlite.New(db)
	check(t, s.Migrate(ctx))
	q := &ticket.Queue{Title: "q", Slug: "q"}
	check(t, s.Update(ctx, func(tx storage.Tx) error { return tx.Queues().Insert(ctx, q) }))
	var ids []int64
	for _, from := range []int64{0, 1022, 65534, 65600, 200_000, 1_000_000} { // 64 blocks have 65,536 ids
		if from > 0 {
			_, err := db.ExecContext(ctx, "UPDATE sqlite_sequence SET seq = ? WHERE name = 'helpdesk_ticket'", from)
			check(t, err)
		}
		check(t, s.Update(ctx, func(tx storage.Tx) error {
			for range 4 {
				n := &ticket.Ticket{QueueID: q.ID}
				if err := tx.Tickets().Insert(ctx, n, nil); err != nil {
					return err
				}
				ids = append(ids, n.ID)
			}
			return nil
		}))
	}
	check(t, s.View(ctx, func(tx storage.Tx) error {
		for offset := 1; offset <= len(ids)+1; offset++ {
			got, err := tx.Tickets().List(ctx, ticket.Query{
				Scope: ticket.Scope{All: true}, Offset: offset, Limit: 2,
			})
			if err != nil {
				return err
			}
			want := ids[min(offset, len(ids)):min(offset+2, len(ids))]
			if len(got) != len(want) || len(got) > 0 && got[0].ID != want[0] {
				t.Errorf("at %d: %d tickets, want %d", offset, len(got), want)
			}
		}
		return nil
	}))
}
