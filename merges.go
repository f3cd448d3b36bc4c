package helpdesk

import (
	"context"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// unmerge takes the tickets merged into id out of it, so that their history says
// so. The ticket id is locked, so no others are merged into it meanwhile.
func unmerge(ctx context.Context, tx *transaction, id int64) error {
	q := ticket.Query{Scope: ticket.Scope{All: true}, Filter: ticket.Filter{MergedTo: ticket.OneOf(id)}, Limit: maxChunk}
	for {
		merged, err := tx.Tickets().IDs(ctx, q)
		if err != nil {
			return err
		}
		for _, other := range merged {
			if err := unmergeOne(ctx, tx, other, id); err != nil {
				return err
			}
		}
		if len(merged) < maxChunk {
			return nil
		}
		q.After = &ticket.Position{ID: merged[len(merged)-1]}
	}
}

// unmergeOne takes a ticket out of another, unless it has left that meanwhile.
func unmergeOne(ctx context.Context, tx *transaction, id, target int64) error {
	before, err := tx.Tickets().Lock(ctx, id, ticket.Scope{All: true})
	if none, err := missing(err); none || err != nil {
		return err
	}
	if before.MergedTo == nil || *before.MergedTo != target {
		return nil
	}
	t := before.Clone()
	t.MergedTo = nil
	err = saveTicket(ctx, tx, before, t, nil)
	// The transaction keeps its changes in memory, and this may be one of many. So the
	// texts, which stayed as they were, are dropped.
	before.Description, before.Resolution, t.Description, t.Resolution = nil, nil, nil, nil
	return err
}
