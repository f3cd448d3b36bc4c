package httpapi

import (
	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var queues = newPlain(
	newTable(
		integer("id", func(q *ticket.Queue) int64 { return q.ID }),
		text("title", func(q *ticket.Queue) *string { return &q.Title }, required, maxLength(ticket.MaxQueueTitle)),
		text("slug", func(q *ticket.Queue) *string { return &q.Slug }, slug, required, maxLength(ticket.MaxSlug),
			unique("Queue with this Slug already exists.")),
		nullText("email_address", func(q *ticket.Queue) **string { return &q.EmailAddress }, email, nullable, blank,
			maxLength(ticket.MaxEmail)),
		boolean("allow_public_submission", func(q *ticket.Queue) *bool { return &q.AllowPublicSubmission }),
		nullReference("default_owner", func(q *ticket.Queue) **int64 { return &q.DefaultOwner }),
	),
	func(t *tagParts, q *ticket.Queue) {
		t.object("queue", q.ID, q.Version)
		t.numbers(orZero(q.DefaultOwner)) // the deletion of the user counts no version up
	},
	startNew[ticket.Queue], queueFilters, (*helpdesk.Desk).Queues, (*helpdesk.Desk).Queue,
	(*helpdesk.Desk).CreateQueue, (*helpdesk.Desk).UpdateQueue, (*helpdesk.Desk).DeleteQueue,
)
