package httpapi

import (
	"net/http"
	"strconv"

	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func listQueues(x *exchange) error {
	return sendList(x, x.h.desk.Queues(x.actor), appendQueue)
}

func getQueue(x *exchange) error { return sendItem(x, x.h.desk.Queue, appendQueue) }

func createQueue(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	in, err := x.read()
	if err != nil {
		return err
	}
	q, f := &ticket.Queue{}, newFields(in, false)
	readQueue(f, q)
	if f.err() != nil {
		return f.complete(desk.CheckQueue(ctx, x.actor, q))
	}
	created, err := desk.CreateQueue(ctx, x.actor, q)
	if err != nil {
		return err
	}
	return respond(x, http.StatusCreated, created, appendQueue)
}

func updateQueue(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	id, err := x.id()
	if err != nil {
		return err
	}
	if _, err := desk.Queue(ctx, x.actor, id); err != nil {
		return err
	}
	in, err := x.read()
	if err != nil {
		return err
	}
	updated, err := desk.UpdateQueue(ctx, x.actor, id, func(q *ticket.Queue) error {
		f := newFields(in, x.partial())
		readQueue(f, q)
		return f.err()
	})
	if err != nil {
		return err
	}
	return respond(x, http.StatusOK, updated, appendQueue)
}

func readQueue(f *fields, q *ticket.Queue) {
	f.text("title", &q.Title, required, problem.NotString)
	f.text("slug", &q.Slug, required, problem.BadSlug)
	f.nullText("email_address", &q.EmailAddress, problem.BadEmail)
	f.boolean("allow_public_submission", &q.AllowPublicSubmission)
	f.nullReference("default_owner", &q.DefaultOwner)
}

func deleteQueue(x *exchange) error {
	return x.remove(x.h.desk.DeleteQueue)
}

func appendQueue(b []byte, q *ticket.Queue) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), q.ID, 10)
	b = jsontext.String(append(b, `,"title":`...), q.Title)
	b = jsontext.String(append(b, `,"slug":`...), q.Slug)
	b = jsontext.NullString(append(b, `,"email_address":`...), q.EmailAddress)
	b = strconv.AppendBool(append(b, `,"allow_public_submission":`...), q.AllowPublicSubmission)
	b = jsontext.NullInt(append(b, `,"default_owner":`...), q.DefaultOwner)
	return append(b, '}')
}
