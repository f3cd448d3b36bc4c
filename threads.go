package helpdesk

import (
	"context"
	"fmt"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// loadThread reads the thread of one ticket.
func loadThread(ctx context.Context, tx *transaction, id int64, s ticket.Scope, fields []*ticket.CustomField) (*Thread, error) {
	q := ticket.Query{Filter: ticket.Filter{Scope: s, IDs: []int64{id}}, Limit: 1}
	found, err := loadThreads(ctx, tx, q, fields)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("get ticket: %w", ErrNotFound)
	}
	return found[0], nil
}

// loadThreads reads the threads that the query selects.
func loadThreads(ctx context.Context, tx *transaction, q ticket.Query, fields []*ticket.CustomField) ([]*Thread, error) {
	found, err := tx.FollowUps().Threads(ctx, q)
	if err != nil {
		return nil, err
	}
	whole := make([]Thread, len(found))
	all := make([]*Thread, len(found))
	for i, t := range found {
		whole[i] = Thread{*t, fields}
		all[i] = &whole[i]
	}
	return all, nil
}
