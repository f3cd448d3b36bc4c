package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// MaxBody is how many bytes the stored form of an event has at most.
const MaxBody = 16 << 10

// version is that of the stored form. Decode reads this one and all before it.
const version = 1

// Data is what an event says about its object: a pointer to one of the types of this
// package whose names end with Data or Update. Texts and lists that are long are cut.
type Data interface{ data() }

// Update is the Data of an event about a change of what belongs to a ticket.
type Update interface {
	Data

	// HideOld leaves out the old values.
	HideOld()
}

func (*TicketData) data()        {}
func (*TicketUpdate) data()      {}
func (*FollowUpData) data()      {}
func (*FollowUpUpdate) data()    {}
func (*AttachmentData) data()    {}
func (*AttachmentUpdate) data()  {}
func (*UserData) data()          {}
func (*UserUpdate) data()        {}
func (*GroupData) data()         {}
func (*GroupUpdate) data()       {}
func (*TokenData) data()         {}
func (*QueueData) data()         {}
func (*QueueUpdate) data()       {}
func (*CustomFieldData) data()   {}
func (*CustomFieldUpdate) data() {}
func (*WebhookData) data()       {}
func (*WebhookUpdate) data()     {}

func hideOld(changes ...interface{ hideOld() }) {
	for _, c := range changes {
		c.hideOld()
	}
}

// NewData returns the zero Data that goes with a type, and nil for an unknown type.
func NewData(t Type) Data {
	update := t.Verb() == Updated
	if !update && t.Verb() != Created && t.Verb() != Deleted {
		return nil
	}
	pick := func(data, updated Data) Data {
		if update {
			return updated
		}
		return data
	}
	switch t.Kind() {
	case Ticket:
		return pick(&TicketData{}, &TicketUpdate{})
	case FollowUp:
		return pick(&FollowUpData{}, &FollowUpUpdate{})
	case Attachment:
		return pick(&AttachmentData{}, &AttachmentUpdate{})
	case User:
		return pick(&UserData{}, &UserUpdate{})
	case Group:
		return pick(&GroupData{}, &GroupUpdate{})
	case Queue:
		return pick(&QueueData{}, &QueueUpdate{})
	case CustomField:
		return pick(&CustomFieldData{}, &CustomFieldUpdate{})
	case Token:
		return pick(&TokenData{}, nil)
	case Webhook:
		return pick(&WebhookData{}, &WebhookUpdate{})
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
		body, err := e.encode()
		if err != nil {
			return err
		}
		if len(body) <= MaxBody {
			e.body = body
			return nil
		}
		if l.bytes == 0 {
			return fmt.Errorf("event: %s has %d bytes without texts and lists", e.Type, len(body))
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

// head is the first line of the stored form of what has no column, as JSON. The second line
// is Data, so that a reader need not look at it to know who may read the event.
type head struct {
	Version  int       `json:"v"`
	Actor    Actor     `json:"u,omitzero"`
	Audience *Audience `json:"a,omitzero"`
	Before   *Audience `json:"b,omitzero"`
}

func (e *Event) encode() ([]byte, error) {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	for _, line := range []any{head{version, e.Actor, e.Audience, e.Before}, e.Data} {
		if err := to.Encode(line); err != nil {
			return nil, fmt.Errorf("event: encode %s: %w", e.Type, err)
		}
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), nil
}

// Body returns the stored form of Actor, Audience, Before and Data, as Describe made it. It
// is nil before.
func (e *Event) Body() []byte { return e.body }

// Strip leaves out what only stores and the Desk need: the audiences, and the stored form,
// which may have more than Data.
func (e *Event) Strip() { e.Audience, e.Before, e.body, e.data = nil, nil, nil, nil }

// SetBody sets Actor, Audience and Before from their stored form. Type must be set.
// ReadData sets Data, which takes most of the time and which few events need that a
// filter or an audience leaves out.
func (e *Event) SetBody(stored []byte) error {
	if NewData(e.Type) == nil {
		return fmt.Errorf("event: unknown type %q", e.Type)
	}
	first, data, _ := bytes.Cut(stored, []byte{'\n'})
	var h head
	if err := json.Unmarshal(first, &h); err != nil {
		return fmt.Errorf("event: decode %s: %w", e.Type, err)
	}
	if h.Version < 1 || h.Version > version {
		return errors.New("event: the stored form is newer than this code")
	}
	e.Actor, e.Audience, e.Before, e.Data, e.body, e.data = h.Actor, h.Audience, h.Before, nil, stored, data
	return nil
}

// ReadData sets Data from the stored form that SetBody was given. Once Data is set, it
// does nothing.
func (e *Event) ReadData() error {
	if e.Data != nil {
		return nil
	}
	d := NewData(e.Type)
	if d == nil {
		return fmt.Errorf("event: unknown type %q", e.Type)
	}
	if err := json.Unmarshal(e.data, d); err != nil {
		return fmt.Errorf("event: decode data of %s: %w", e.Type, err)
	}
	e.Data, e.data = d, nil
	return nil
}
