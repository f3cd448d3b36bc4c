package plans

import (
	"context"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// followUps are those on tickets that somebody works on.
func followUps(ctx context.Context) []Read {
	some := func(of string, s ticket.Scope, distance int) []Read {
		list := func(how string, q followup.Query) Read {
			q.Scope, q.Bound = s, bound
			return Read{Name: "follow-ups" + of + how, Do: func(tx storage.Tx) (any, error) { return tx.FollowUps().List(ctx, q) }}
		}
		at := followup.Position{Date: time.UnixMicro(epoch + behind*minute), ID: behind}
		return []Read{
			{Name: "count of follow-ups" + of, Do: func(tx storage.Tx) (any, error) {
				return tx.FollowUps().Count(ctx, s, followup.Filter{})
			}},
			list("", followup.Query{Limit: page}),
			list(", far behind", followup.Query{Offset: distance, Limit: page}),
			list(", behind another", followup.Query{After: at, Limit: chunk}),
			{Name: "the last follow-up" + of, Do: func(tx storage.Tx) (any, error) {
				return tx.FollowUps().End(ctx, followup.Query{Scope: s})
			}},
			{Name: "a follow-up" + of, Do: func(tx storage.Tx) (any, error) { return tx.FollowUps().Get(ctx, granted, s) }},
		}
	}
	return append(slices.Concat(some("", all, 4*far), some(" in queues granted", staff, far)),
		Read{Name: "what belongs to follow-ups", Do: func(tx storage.Tx) (any, error) {
			return tx.FollowUps().Complete(ctx, bound, &followup.FollowUp{ID: 1}, &followup.FollowUp{ID: 29}, &followup.FollowUp{ID: 501})
		}},
		Read{Name: "tickets with a title on them", Do: func(tx storage.Tx) (any, error) {
			return tx.FollowUps().Titled(ctx, []int64{2, 7, 30}, "Comment 1")
		}},
		Read{Name: "answers of a user", Do: func(tx storage.Tx) (any, error) { return tx.FollowUps().CountAnswers(ctx, 7, 3) }})
}

// answers are the public follow-ups on a requester's ticket.
func answers(ctx context.Context) []Read {
	f := followup.On(ownTicket)
	f.Public = new(true)
	list := func(how string, q followup.Query) Read {
		q.Scope, q.Filter = own, f
		return Read{Name: "answers" + how, Do: func(tx storage.Tx) (any, error) { return tx.FollowUps().List(ctx, q) }}
	}
	return []Read{
		{Name: "count of answers", Do: func(tx storage.Tx) (any, error) { return tx.FollowUps().Count(ctx, own, f) }},
		list("", followup.Query{Limit: page}),
		list(", far behind", followup.Query{Offset: 1, Limit: page}),
		list(", behind another", followup.Query{After: followup.Position{Date: time.UnixMicro(epoch), ID: 1}, Limit: chunk}),
		{Name: "files of answers", Do: func(tx storage.Tx) (any, error) {
			of := followup.Filter{FollowUps: []int64{1, 29, 501}, Public: new(true)}
			return tx.Attachments().List(ctx, followup.AttachmentQuery{Scope: all, Filter: of})
		}},
	}
}

// attachments are files on tickets, with their content.
func attachments(ctx context.Context) []Read {
	get := func(name string, id int64, s ticket.Scope) Read {
		return Read{Name: name, Do: func(tx storage.Tx) (any, error) { return tx.Attachments().Get(ctx, id, s) }}
	}
	list := func(name string, s ticket.Scope, q followup.AttachmentQuery) Read {
		q.Scope = s
		return Read{Name: name, Do: func(tx storage.Tx) (any, error) { return tx.Attachments().List(ctx, q) }}
	}
	some := func(of string, s ticket.Scope) []Read {
		name := "attachments" + of
		at := followup.AttachmentPosition{Filename: someFile, ID: 1}
		return []Read{
			{Name: "count of " + name, Do: func(tx storage.Tx) (any, error) { return tx.Attachments().Count(ctx, s, followup.Filter{}) }},
			list(name, s, followup.AttachmentQuery{Limit: page}),
			list(name+", far behind", s, followup.AttachmentQuery{Offset: 1000, Limit: page}),
			list(name+", behind another", s, followup.AttachmentQuery{After: at, Limit: chunk}),
			{Name: "the last attachment" + of, Do: func(tx storage.Tx) (any, error) {
				return tx.Attachments().End(ctx, followup.AttachmentQuery{Scope: s})
			}},
			get("an attachment"+of, granted, s),
		}
	}
	return append(slices.Concat(some("", all), some(" in queues granted", staff)),
		get("an attachment on an own ticket", ownTicket, own),
		list("attachments of a ticket", all, followup.AttachmentQuery{Filter: followup.On(granted)}),
		list("attachments of a follow-up", all,
			followup.AttachmentQuery{Filter: followup.Filter{FollowUps: []int64{opening}}}),
		Read{Name: "keys of content that is in use", Do: func(tx storage.Tx) (any, error) {
			return tx.Attachments().ContentKeys(ctx, []string{someContent, "content 30", "nothing"})
		}},
		Read{Name: "content", Do: func(tx storage.Tx) (any, error) { return tx.Files().ReadAt(ctx, someContent, make([]byte, 1), 0) }})
}

// history are the changes of a ticket.
func history(ctx context.Context) []Read {
	f := followup.On(granted)
	list := func(how string, q followup.ChangeQuery) Read {
		q.Scope, q.Filter = staff, f
		return Read{Name: "history of a ticket" + how, Do: func(tx storage.Tx) (any, error) { return tx.Changes().List(ctx, q) }}
	}
	return []Read{
		{Name: "count of the history of a ticket", Do: func(tx storage.Tx) (any, error) { return tx.Changes().Count(ctx, staff, f) }},
		list("", followup.ChangeQuery{Limit: page}),
		list(", far behind", followup.ChangeQuery{Offset: 1, Limit: page}),
		list(", behind another", followup.ChangeQuery{After: 1, Limit: chunk}),
		{Name: "the last record of a ticket", Do: func(tx storage.Tx) (any, error) {
			return tx.Changes().End(ctx, followup.ChangeQuery{Scope: staff, Filter: f})
		}},
	}
}
