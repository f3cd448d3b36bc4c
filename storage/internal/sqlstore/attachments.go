package sqlstore

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var attachmentTable = &table[followup.Attachment]{
	noun:    "attachment",
	name:    "helpdesk_attachment",
	columns: []string{"followup_id", "filename", "mime_type", "size", "content"},
	id:      func(a *followup.Attachment) *int64 { return &a.ID },
	version: func(a *followup.Attachment) *int64 { return &a.Version },
	values: func(a *followup.Attachment) []any {
		return []any{a.FollowUpID, a.Filename, a.MIMEType, a.Size, a.Content}
	},
	scan: func(r *row, a *followup.Attachment) {
		a.ID, a.FollowUpID, a.Filename, a.MIMEType, a.Size, a.Content = r.Int(), r.Int(), r.Text(), r.Text(), r.Int(), r.Text()
		a.Version = r.Int()
	},
}

type attachments struct{ records[followup.Attachment] }

// conditions of the filter on a row of helpdesk_attachment.
func (s attachments) conditions(scope ticket.Scope, f followup.Filter) cond {
	if len(f.FollowUps) == 0 {
		return ofAdmittedFollowUps(scope, f, false)
	}
	return in("followup_id", f.FollowUps).and(ofAdmittedFollowUps(scope, f, true))
}

// ofAdmittedFollowUps is the condition that the filter admits the follow-up of an
// attachment. The attachments are few when another condition selects them.
func ofAdmittedFollowUps(scope ticket.Scope, f followup.Filter, few bool) cond {
	of := ofTicketsInScope(followUpTable.name, f.Ticket, scope, few).and(ofFollowUp(f))
	switch {
	case of.none():
		return cond{}
	case few:
		return existsRow("helpdesk_attachment.followup_id", followUpTable.name, of)
	}
	return inSubquery("followup_id", followUpTable.name, of)
}

func (s attachments) Get(ctx context.Context, id int64, scope ticket.Scope) (*followup.Attachment, error) {
	return attachmentTable.get(ctx, s.x, s.withID(id, scope), order{})
}

func (s attachments) Lock(ctx context.Context, id int64, scope ticket.Scope) (*followup.Attachment, error) {
	return attachmentTable.locked(ctx, s.x, s.withID(id, scope))
}

// withID is the condition that an attachment has this id, on a ticket in scope.
func (s attachments) withID(id int64, scope ticket.Scope) cond {
	return is("id = ?", id).and(ofAdmittedFollowUps(scope, followup.Filter{}, true))
}

func (s attachments) List(ctx context.Context, q followup.AttachmentQuery) ([]*followup.Attachment, error) {
	c, o, err := s.selection(ctx, &q)
	if err == nil {
		c, o, err = s.byFilename(q.Descending).seek(ctx, s.x, c, o)
	}
	if err != nil || q.IsEmpty() {
		return nil, err
	}
	return listBounded(ctx, s.x, "list attachments", attachmentTable.rows(c, o), q.Bound, attachmentTable.scanner())
}

func (s attachments) End(ctx context.Context, q followup.AttachmentQuery) (followup.AttachmentPosition, error) {
	c, o, err := s.selection(ctx, &q)
	if err != nil {
		return followup.AttachmentPosition{}, err
	}
	columns := "filename, id"
	if s.x.store.o.Dialect.Filename != "filename" {
		columns += ", " + s.x.store.o.Dialect.Filename
	}
	last := s.byFilename(q.Descending).last(columns, attachmentTable.name, c, o)
	return one(ctx, s.x, "find the end of attachments", last, func(r *row) followup.AttachmentPosition {
		p := followup.AttachmentPosition{Filename: r.Text(), ID: r.Int()}
		if columns != "filename, id" {
			_ = r.Text() // Dialect.Filename
		}
		return p
	})
}

// selection says which attachments the query selects, and in which order. It expands the
// grants of the query's scope.
func (s attachments) selection(ctx context.Context, q *followup.AttachmentQuery) (c cond, o order, err error) {
	if empty, err := s.x.expandFilter(ctx, &q.Scope, q.Filter); empty || err != nil {
		return nothing, order{}, err
	}
	byFilename := s.byFilename(q.Descending)
	c, o = s.conditions(q.Scope, q.Filter), order{by: byFilename.by(), limit: q.Limit, offset: q.Offset}
	if inOrder(q.Scope, q.Filter) {
		c, o.from = ofAdmittedFollowUps(q.Scope, q.Filter, true), s.x.store.o.Dialect.by(byFilename.index)
	}
	if q.After != (followup.AttachmentPosition{}) {
		c = c.and(byFilename.after(s.x.store.o.Dialect.filename(q.After.Filename), q.After.ID))
	}
	return c, o, nil
}

func (s attachments) byFilename(descending bool) keyset {
	d := &s.x.store.o.Dialect
	return keyset{attachmentsByFilename, d.Filename, descending, func(r *row) any { return d.filename(r.Text()) }}
}

// filename is what Dialect.Filename has of a name. It is bytes where the column is cut
// after some, since the last may be within a character.
func (d *Dialect) filename(name string) any {
	if d.FilenameBytes == 0 {
		return name
	}
	return []byte(name[:min(len(name), d.FilenameBytes)])
}

func (s attachments) Count(ctx context.Context, scope ticket.Scope, f followup.Filter) (int, error) {
	return s.countFiltered(ctx, scope, f, func(scope ticket.Scope) cond { return s.conditions(scope, f) })
}

func (s attachments) ContentKeys(ctx context.Context, keys []string) ([]string, error) {
	var named []string
	for some := range slices.Chunk(keys, maxPlaceholders) {
		q := selecting("DISTINCT content", attachmentTable.name, inTexts("content", some), order{by: "content"})
		found, err := list(ctx, s.x, "find content keys", q, (*row).Text)
		if err != nil {
			return nil, err
		}
		named = append(named, found...)
	}
	return named, nil
}
