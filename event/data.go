package event

import (
	"fmt"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// Data is what an event says about its object: a pointer to one of the types of this
// package whose names end with Data or Update. Texts and lists that are long are cut.
type Data interface {
	// code codes the values in the order of the stored form.
	code(*coder)
}

// Update is the Data of an event about a change of what belongs to a ticket.
type Update interface {
	Data

	// HideOld leaves out the old values.
	HideOld()
}

func hideOld(changes ...interface{ hideOld() }) {
	for _, c := range changes {
		c.hideOld()
	}
}

// datas has what makes the zero Data of events about a kind.
var datas = map[Kind]struct{ data, update func() Data }{
	Ticket:      {zero[TicketData], zero[TicketUpdate]},
	FollowUp:    {zero[FollowUpData], zero[FollowUpUpdate]},
	Attachment:  {zero[AttachmentData], zero[AttachmentUpdate]},
	User:        {zero[UserData], zero[UserUpdate]},
	Group:       {zero[GroupData], zero[GroupUpdate]},
	Queue:       {zero[QueueData], zero[QueueUpdate]},
	CustomField: {zero[CustomFieldData], zero[CustomFieldUpdate]},
	Token:       {zero[TokenData], nil},
	Webhook:     {zero[WebhookData], zero[WebhookUpdate]},
}

func zero[T any, P interface {
	*T
	Data
}]() Data {
	return P(new(T))
}

// maker returns what makes the zero Data of a type, or nil for an unknown type.
func (t Type) maker() func() Data {
	switch of := datas[t.Kind()]; t.Verb() {
	case Created, Deleted:
		return of.data
	case Updated:
		return of.update
	}
	return nil
}

// NewData returns the zero Data that goes with a type, and nil for an unknown type.
func NewData(t Type) Data {
	if made := t.maker(); made != nil {
		return made()
	}
	return nil
}

// Describe sets Data from the values of the object before and after the write, which are
// pointers to a noun. Before is nil for what was created, after for what was deleted.
// Fields are the definitions of the custom fields of a ticket. Describe comes last, when
// all that is stored is set. It cuts as much as MaxBody needs. An error means that there
// are no such events.
func (e *Event) Describe(before, after any, fields []*ticket.CustomField) error {
	const first = 4 << 10 // bytes of a text
	for l := (limit{first, first / 16}); ; l = (limit{l.bytes / 4, l.elements / 4}) {
		e.Data = describe(l, before, after, fields)
		if e.Data == nil {
			return fmt.Errorf("event: %s about %T and %T", e.Type, before, after)
		}
		c := coder{out: make([]byte, 0, 256)}
		e.head(&c)
		e.Data.code(&c)
		if err := c.end(); err != nil {
			return fmt.Errorf("event: encode %s: %w", e.Type, err)
		}
		if max(len(c.out), len(c.json)) <= MaxBody {
			e.body = string(c.out)
			return nil
		}
		if l.bytes == 0 {
			return fmt.Errorf("event: %s has %d bytes without texts and lists", e.Type, len(c.json))
		}
	}
}

// describe returns nil for what there are no events of.
func describe(l limit, before, after any, fields []*ticket.CustomField) Data {
	value, other := after, before
	if value == nil {
		value, other = before, nil
	}
	switch v := value.(type) {
	case *ticket.Ticket:
		return pair(v, other, func(t *ticket.Ticket) Data { return ticketData(l, t, fields) },
			func(b, a *ticket.Ticket) Data { return ticketUpdate(l, b, a, fields) })
	case *followup.FollowUp:
		return pair(v, other, func(f *followup.FollowUp) Data { return followUpData(l, f) },
			func(b, a *followup.FollowUp) Data { return followUpUpdate(l, b, a) })
	case *followup.Attachment:
		return pair(v, other, func(f *followup.Attachment) Data { return attachmentData(l, f) },
			func(b, a *followup.Attachment) Data { return attachmentUpdate(l, b, a) })
	case *user.User:
		return pair(v, other, func(u *user.User) Data { return userData(l, u) },
			func(b, a *user.User) Data { return userUpdate(l, b, a) })
	case *user.Group:
		return pair(v, other, func(g *user.Group) Data { return groupData(l, g) },
			func(b, a *user.Group) Data { return groupUpdate(l, b, a) })
	case *user.Token:
		return pair(v, other, func(t *user.Token) Data { return tokenData(l, t) }, nil)
	case *ticket.Queue:
		return pair(v, other, func(q *ticket.Queue) Data { return queueData(l, q) },
			func(b, a *ticket.Queue) Data { return queueUpdate(l, b, a) })
	case *ticket.CustomField:
		return pair(v, other, func(f *ticket.CustomField) Data { return customFieldData(l, f) },
			func(b, a *ticket.CustomField) Data { return customFieldUpdate(l, b, a) })
	case *webhook.Webhook:
		return pair(v, other, func(w *webhook.Webhook) Data { return webhookData(l, w) },
			func(b, a *webhook.Webhook) Data { return webhookUpdate(l, b, a) })
	}
	return nil
}

// pair describes a value, or an update of it when there is another one from before.
func pair[T any](v *T, before any, data func(*T) Data, update func(before, after *T) Data) Data {
	if before == nil {
		return data(v)
	}
	b, ok := before.(*T)
	if !ok || update == nil {
		return nil
	}
	return update(b, v)
}
