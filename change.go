package helpdesk

import (
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// change is what a write did to one object. A write has one change for each object, and
// none where it changes nothing. Some objects have no change of their own: the follow-up
// that opens a ticket, and what is deleted along with something else.
type change struct {
	kind   changeKind
	object object

	// before and after are the values, as pointers, without secrets. Before is nil for
	// what was created, after for what was deleted. Nobody changes them before the
	// commit; then they are the caller's.
	before, after any
}

// changeKind is what happened to an object.
type changeKind string

const (
	created changeKind = "created"
	updated changeKind = "updated"
	deleted changeKind = "deleted"
)

// object names what was changed.
type object struct {
	kind     objectKind
	id       int64
	ticketID int64 // of the ticket that it is or belongs to, 0 for none
}

// objectKind is a noun.
type objectKind string

const (
	ticketKind      objectKind = "ticket"
	followUpKind    objectKind = "followup"
	attachmentKind  objectKind = "attachment"
	userKind        objectKind = "user"
	groupKind       objectKind = "group"
	queueKind       objectKind = "queue"
	customFieldKind objectKind = "customfield"
	tokenKind       objectKind = "token"
)

func ticketObject(t *ticket.Ticket) object { return object{ticketKind, t.ID, t.ID} }

func followUpObject(f *followup.FollowUp) object { return object{followUpKind, f.ID, f.TicketID} }

func attachmentObject(a *followup.Attachment, ticketID int64) object {
	return object{attachmentKind, a.ID, ticketID}
}

func userObject(u *user.User) object { return object{userKind, u.ID, 0} }

func groupObject(g *user.Group) object { return object{groupKind, g.ID, 0} }

func queueObject(q *ticket.Queue) object { return object{queueKind, q.ID, 0} }

func customFieldObject(f *ticket.CustomField) object { return object{customFieldKind, f.ID, 0} }

func tokenObject(t *user.Token) object { return object{tokenKind, t.ID, 0} }

// created reports that an object was created.
func (tx *transaction) created(o object, after any) {
	tx.report(change{kind: created, object: o, after: withoutSecrets(after)})
}

// updated reports that an object was changed.
func (tx *transaction) updated(o object, before, after any) {
	tx.report(change{kind: updated, object: o, before: withoutSecrets(before), after: withoutSecrets(after)})
}

// deleted reports that an object was deleted.
func (tx *transaction) deleted(o object, before any) {
	tx.report(change{kind: deleted, object: o, before: withoutSecrets(before)})
}

// report adds a change to those of the transaction. Where the change is of what may be
// cached, the transaction reads past the cache from then on.
func (tx *transaction) report(c change) {
	tx.changes = append(tx.changes, c)
	tx.uncached = tx.uncached || c.cached()
}

// changesCached reports whether a change is of what the Desk may have cached.
func (tx *transaction) changesCached() bool {
	for _, c := range tx.changes {
		if c.cached() {
			return true
		}
	}
	return false
}

// cached reports whether the Desk may have cached what was changed.
func (c change) cached() bool {
	switch c.object.kind {
	case userKind, queueKind, customFieldKind:
		return true
	case tokenKind:
		return c.kind != created
	}
	return false
}

// withoutSecrets is a value without the digest of a password or of a token.
func withoutSecrets(v any) any {
	switch v := v.(type) {
	case *user.User:
		c := v.Clone()
		c.PasswordHash, c.Token = "", nil
		return c
	case *user.Token:
		c := *v
		c.Digest = nil
		return &c
	}
	return v
}
