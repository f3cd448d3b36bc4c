package storagetest

import (
	"cmp"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// ticketSlices checks parts of the list of tickets that the query selects.
func (e *env) ticketSlices(tx storage.Tx, q ticket.Query, want ...*ticket.Ticket) {
	e.Helper()
	equalSlices(e, want, func(after *ticket.Ticket, offset, limit int) []*ticket.Ticket {
		q.After, q.Offset, q.Limit = nil, offset, cmp.Or(limit, 5000)
		if after != nil {
			q.After = new(q.Order.Of(after))
		}
		found := must(tx.Tickets().List(e.ctx, q))(e)
		bounded(e, found, func(b ticket.Bound) ([]*ticket.Ticket, error) {
			q := q
			q.Bound = b
			return tx.Tickets().List(e.ctx, q)
		})
		var ids []int64
		for _, t := range found {
			ids = append(ids, t.ID)
		}
		equalIDs(e, must(tx.Tickets().IDs(e.ctx, q))(e), ids)
		return found
	})
}

// followUpSlices checks parts of the list of follow-ups that the filter selects.
func (e *env) followUpSlices(tx storage.Tx, s ticket.Scope, f followup.Filter, want ...*followup.FollowUp) {
	e.Helper()
	equalSlices(e, want, func(after *followup.FollowUp, offset, limit int) []*followup.FollowUp {
		q := followup.Query{Scope: s, Filter: f, Offset: offset, Limit: limit}
		if after != nil {
			q.After = followup.Position{Date: after.Date, ID: after.ID}
		}
		found := must(tx.FollowUps().List(e.ctx, q))(e)
		bounded(e, found, func(b ticket.Bound) ([]*followup.FollowUp, error) {
			q := q
			q.Bound = b
			return tx.FollowUps().List(e.ctx, q)
		})
		end, err := tx.FollowUps().End(e.ctx, q)
		ends(e, found, err, func(last *followup.FollowUp) bool { return end == followup.Position{Date: last.Date, ID: last.ID} })
		return found
	})
}

// attachmentSlices checks parts of the list of attachments that the filter selects.
func (e *env) attachmentSlices(tx storage.Tx, s ticket.Scope, f followup.Filter, want ...*followup.Attachment) {
	e.Helper()
	equalSlices(e, want, func(after *followup.Attachment, offset, limit int) []*followup.Attachment {
		q := followup.AttachmentQuery{Scope: s, Filter: f, Offset: offset, Limit: limit}
		if after != nil {
			q.After = followup.AttachmentPosition{Filename: after.Filename, ID: after.ID}
		}
		found := must(tx.Attachments().List(e.ctx, q))(e)
		bounded(e, found, func(b ticket.Bound) ([]*followup.Attachment, error) {
			q := q
			q.Bound = b
			return tx.Attachments().List(e.ctx, q)
		})
		end, err := tx.Attachments().End(e.ctx, q)
		ends(e, found, err, func(last *followup.Attachment) bool {
			return end == followup.AttachmentPosition{Filename: last.Filename, ID: last.ID}
		})
		return found
	})
}

// longTexts checks a list of one element with a text that is long, but shorter than the
// bound. It may count as larger, and is never cut.
func longTexts[T any](e *env, want *T, list func(ticket.Bound) ([]*T, error)) {
	e.Helper()
	found, err := list(ticket.Bound{Bytes: 1 << 20})
	if err == nil {
		equalList(e, found, want)
	} else {
		e.is(err, storage.ErrTooLarge)
	}
	equalList(e, must(list(ticket.Bound{Bytes: 1 << 20, Large: true}))(e), want)
}

// bounded checks lists that are smaller than a bound, and larger.
func bounded[T any](e *env, want []*T, list func(ticket.Bound) ([]*T, error)) {
	e.Helper()
	equalList(e, must(list(ticket.Bound{Bytes: 1 << 20}))(e), want...)
	equalList(e, must(list(ticket.Bound{Bytes: 1, Large: true}))(e), want[:min(1, len(want))]...)
	if _, err := list(ticket.Bound{Bytes: 1}); len(want) > 0 {
		e.is(err, storage.ErrTooLarge)
	} else {
		e.ok(err)
	}
}

// ends checks where a list was said to end.
func ends[T any](e *env, list []*T, err error, isLast func(*T) bool) {
	e.Helper()
	if len(list) == 0 {
		e.is(err, storage.ErrNotFound)
		return
	}
	if e.ok(err); !isLast(list[len(list)-1]) {
		e.Error("the list ends elsewhere")
	}
}

func equalIDs(e *env, got, want []int64) {
	e.Helper()
	if !slices.Equal(got, want) {
		e.Errorf("got %v, want %v", got, want)
	}
}

// equalSlices checks that list returns the parts of what is wanted: from offsets on, one
// beyond the end too, and behind records. Near the ends it tries each, and every third in
// the middle.
func equalSlices[T any](e *env, want []*T, list func(after *T, offset, limit int) []*T) {
	e.Helper()
	for i := range len(want) + 2 {
		if 1 < i && i < len(want)-1 && i%3 != 0 {
			continue
		}
		rest := want[min(i, len(want)):]
		equalList(e, list(nil, i, 0), rest...)
		equalList(e, list(nil, i, 2), rest[:min(2, len(rest))]...)
		if 0 < i && i <= len(want) {
			equalList(e, list(want[i-1], 0, 0), rest...)
			equalList(e, list(want[i-1], 1, 2), rest[min(1, len(rest)):min(3, len(rest))]...)
		}
	}
}
