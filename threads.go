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
	threads := make([]*Thread, len(tickets))
	byTicket := make(map[int64]*Thread, len(tickets))
	ids := make([]int64, len(tickets))
	for i, t := range tickets {
		threads[i] = &Thread{Ticket: t, Fields: fields}
		byTicket[t.ID] = threads[i]
		ids[i] = t.ID
	}
	on := followup.Filter{Scope: ticket.Scope{All: true}, Tickets: ids}
	all, err := tx.FollowUps().List(ctx, followup.Query{Filter: on, ByTicket: true})
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		thread := byTicket[f.TicketID]
		thread.FollowUps = append(thread.FollowUps, f)
	}
	return threads, loadParts(ctx, tx, all, on)
}

// loadParts completes follow-ups with their attachments and changes, which the
// filter selects.
func loadParts(ctx context.Context, tx storage.Tx, followUps []*followup.FollowUp, of followup.Filter) error {
	if len(followUps) == 0 {
		return nil
	}
	byID := make(map[int64]*followup.FollowUp, len(followUps))
	for _, f := range followUps {
		byID[f.ID] = f
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
	ids := make([]int64, len(followUps))
	for i, f := range followUps {
		ids[i] = f.ID
	}
	return loadParts(ctx, tx, followUps, followup.Filter{Scope: ticket.Scope{All: true}, FollowUps: ids})
}
