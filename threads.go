package helpdesk

import (
	"cmp"
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// loadThread completes one ticket.
func loadThread(ctx context.Context, tx storage.Tx, t *ticket.Ticket) (*Thread, error) {
	fields, err := tx.CustomFields().All(ctx)
	if err != nil {
		return nil, err
	}
	threads, err := loadThreads(ctx, tx, []*ticket.Ticket{t}, fields)
	if err != nil {
		return nil, err
	}
	return threads[0], nil
}

// loadThreads completes tickets with their conversations, each kind of row in
// one query.
func loadThreads(ctx context.Context, tx storage.Tx, tickets []*ticket.Ticket, fields []*ticket.CustomField) ([]*Thread, error) {
	if len(tickets) == 0 {
		return nil, nil
	}
	whole := make([]Thread, len(tickets))
	threads := make([]*Thread, len(tickets))
	byTicket := make(map[int64]*Thread, len(tickets))
	ids := make([]int64, len(tickets))
	for i, t := range tickets {
		whole[i] = Thread{Ticket: t, Fields: fields}
		threads[i] = &whole[i]
		byTicket[t.ID] = threads[i]
		ids[i] = t.ID
	}
	on := followup.Filter{Scope: ticket.Scope{All: true}, Tickets: ids}
	all, err := tx.FollowUps().List(ctx, followup.Query{Filter: on, ByTicket: true})
	if err != nil {
		return nil, err
	}
	for from, to := 0, 0; from < len(all); from = to {
		for to < len(all) && all[to].TicketID == all[from].TicketID {
			to++
		}
		byTicket[all[from].TicketID].FollowUps = all[from:to:to]
	}
	return threads, loadParts(ctx, tx, all, on)
}

// fewIDs is up to how many follow-ups are named one by one, which takes less than
// to have the database find them on their tickets again.
const fewIDs = 1000

// loadParts completes follow-ups with their attachments and changes, which the
// filter selects.
func loadParts(ctx context.Context, tx storage.Tx, followUps []*followup.FollowUp, of followup.Filter) error {
	if len(followUps) == 0 {
		return nil
	}
	byID := make(map[int64]*followup.FollowUp, len(followUps))
	ids := make([]int64, len(followUps))
	for i, f := range followUps {
		byID[f.ID], ids[i] = f, f.ID
	}
	if len(ids) <= fewIDs {
		of = followup.Filter{Scope: of.Scope, FollowUps: ids}
	}
	attachments, err := tx.Attachments().List(ctx, followup.AttachmentQuery{Filter: of, Unordered: true})
	if err != nil {
		return err
	}
	for _, a := range attachments {
		f := byID[a.FollowUpID]
		f.Attachments = append(f.Attachments, a)
	}
	for _, f := range followUps {
		if len(f.Attachments) < 2 {
			continue
		}
		slices.SortFunc(f.Attachments, func(a, b *followup.Attachment) int {
			return cmp.Or(cmp.Compare(a.Filename, b.Filename), cmp.Compare(a.ID, b.ID))
		})
	}
	changes, err := tx.Changes().List(ctx, followup.ChangeQuery{Filter: of, OnFollowUps: true})
	if err != nil {
		return err
	}
	for _, c := range changes {
		f := byID[*c.FollowUpID]
		f.Changes = append(f.Changes, c)
	}
	return nil
}

// loadPartsOf completes follow-ups of any tickets.
func loadPartsOf(ctx context.Context, tx storage.Tx, followUps ...*followup.FollowUp) error {
	of := followup.Filter{Scope: ticket.Scope{All: true}}
	for _, f := range followUps {
		of.FollowUps = append(of.FollowUps, f.ID)
	}
	return loadParts(ctx, tx, followUps, of)
}
