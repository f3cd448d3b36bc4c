package sqlstore

import (
	"context"
	"slices"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var attachmentTable = &table[followup.Attachment]{
	noun:    "attachment",
	name:    "helpdesk_attachment",
	columns: []string{"followup_id", "filename", "mime_type", "size", "content"},
	values: func(a *followup.Attachment) []any {
		return []any{a.FollowUpID, a.Filename, a.MIMEType, a.Size, a.Content}
	},
	scan: func(r row) (*followup.Attachment, error) {
		var a followup.Attachment
		return &a, r.Scan(&a.ID, &a.FollowUpID, &a.Filename, &a.MIMEType, &a.Size, &a.Content)
	},
}

type attachments struct{ x *session }

// conditions of the filter on a row of helpdesk_attachment.
func (s attachments) conditions(f followup.Filter) sq.And {
	var all sq.And
	if len(f.FollowUps) > 0 {
		all = append(all, in("followup_id", f.FollowUps))
	}
	if of := onTickets("ticket_id", f.Tickets, f.Scope); len(of) > 0 {
		all = append(all, inRows("followup_id", followUpTable.name, of))
	}
	return all
}

func (s attachments) Get(ctx context.Context, id int64, scope ticket.Scope) (*followup.Attachment, error) {
	conditions := append(s.conditions(followup.Filter{Scope: scope}), sq.Eq{"id": id})
	return attachmentTable.get(ctx, s.x, attachmentTable.matching(conditions))
}

func (s attachments) List(ctx context.Context, q followup.AttachmentQuery) ([]*followup.Attachment, error) {
	conditions := s.conditions(q.Filter)
	if q.After != (followup.AttachmentPosition{}) {
		conditions = append(conditions, behind("filename", q.After.Filename, q.After.ID)...)
	}
	rows := attachmentTable.matching(conditions).OrderBy("filename", "id")
	return attachmentTable.list(ctx, s.x, page(rows, q.Offset, q.Limit))
}

func (s attachments) Count(ctx context.Context, f followup.Filter) (int, error) {
	return attachmentTable.count(ctx, s.x, s.conditions(f))
}

func (s attachments) Insert(ctx context.Context, a *followup.Attachment) (err error) {
	a.ID, err = attachmentTable.insert(ctx, s.x, a)
	return err
}

func (s attachments) Update(ctx context.Context, a *followup.Attachment) error {
	return attachmentTable.update(ctx, s.x, a.ID, a)
}

func (s attachments) Delete(ctx context.Context, id int64) error {
	return attachmentTable.delete(ctx, s.x, id)
}

func (s attachments) ContentKeys(ctx context.Context, keys []string) ([]string, error) {
	var named []string
	for some := range slices.Chunk(keys, maxPlaceholders) {
		q := sq.Select("DISTINCT content").From(attachmentTable.name).Where(sq.Eq{"content": some}).OrderBy("content")
		found, err := list(ctx, s.x, "find content keys", q, scalar[string])
		if err != nil {
			return nil, err
		}
		named = append(named, found...)
	}
	return named, nil
}
