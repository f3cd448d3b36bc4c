package httpapi

import (
	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var queues = &resource[*ticket.Queue]{
	table: newTable(
		integer("id", func(q *ticket.Queue) int64 { return q.ID }),
		text("title", func(q *ticket.Queue) *string { return &q.Title }, required, maxLength(ticket.MaxQueueTitle)),
		text("slug", func(q *ticket.Queue) *string { return &q.Slug }, slug, required, maxLength(ticket.MaxSlug),
			unique("Queue with this Slug already exists.")),
		nullText("email_address", func(q *ticket.Queue) **string { return &q.EmailAddress }, email, nullable, blank, maxLength(ticket.MaxEmail)),
		boolean("allow_public_submission", func(q *ticket.Queue) *bool { return &q.AllowPublicSubmission }),
		nullReference("default_owner", func(q *ticket.Queue) **int64 { return &q.DefaultOwner }),
	),
	list:   listAll((*helpdesk.Desk).Queues),
	get:    (*helpdesk.Desk).Queue,
	start:  startNew[ticket.Queue],
	check:  checkPlain((*helpdesk.Desk).CheckQueue),
	create: createPlain((*helpdesk.Desk).CreateQueue),
	update: updatePlain((*helpdesk.Desk).UpdateQueue),
	delete: (*helpdesk.Desk).DeleteQueue,
}
