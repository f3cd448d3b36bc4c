package helpdesk

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
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
	if slices.ContainsFunc(found, func(t *followup.Thread) bool { return !fit(t.Values, fields) }) {
		if fields, err = tx.CustomFields().All(ctx); err != nil {
			return nil, err
		}
	}
	whole := make([]Thread, len(found))
	all := make([]*Thread, len(found))
	for i, t := range found {
		whole[i] = Thread{*t, fields}
		all[i] = &whole[i]
	}
	return all, nil
}

// fit reports whether values have the types of their fields. Where they do not fit
// definitions from the cache, another process has changed these.
func fit(values ticket.Values, fields []*ticket.CustomField) bool {
	for _, f := range fields {
		switch f.Type {
		case ticket.Integer, ticket.Decimal, ticket.Boolean:
			if v := values.Get(f.ID); !v.Null && !v.Canonical(f.Type) {
				return false
			}
		}
	}
	return true
}
