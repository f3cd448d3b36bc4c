package helpdesk_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func TestAQueueIsStoredAsGiven(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	given := &ticket.Queue{ID: 1, Title: "Ünï", Slug: "New", EmailAddress: new("q@example.com"), AllowPublicSubmission: true,
		DefaultOwner: &d.jane.ID}
	created := must(d.CreateQueue(t.Context(), d.admin, given))(t)
	equal(t, created.ID, 3)
	equal(t, given.ID, 1)
	equal(t, asJSON(must(d.Queue(t.Context(), d.staff, 3))(t)), asJSON(created))
	updated := must(d.UpdateQueue(t.Context(), d.admin, 3, func(q *ticket.Queue) error {
		*q = ticket.Queue{ID: 1, Title: "Old", Slug: "new"}
		return nil
	}))(t)
	equal(t, asJSON(updated), asJSON(&ticket.Queue{ID: 3, Title: "Old", Slug: "new", Version: 2}))
	equal(t, asJSON(must(d.Queue(t.Context(), d.staff, 3))(t)), asJSON(updated))
	equal(t, must(d.Queue(t.Context(), d.staff, 1))(t).Title, "Support")
}

func TestEverythingWrongWithAQueueIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	bad := ticket.Queue{Title: strings.Repeat("x", 101), Slug: "support", EmailAddress: new("x"), DefaultOwner: new(int64(nobody))}
	const want = `default_owner: no such object "987654321"; email_address: not an e-mail address; ` +
		`slug: already taken; title: too long (limit 100)`
	_, err := d.CreateQueue(t.Context(), d.admin, &bad)
	equal(t, wrong(t, err), want)
	_, err = d.CreateQueue(refusing(t.Context()), d.admin, &bad)
	equal(t, wrong(t, err), want+"; x: required")
	_, err = d.UpdateQueue(t.Context(), d.admin, d.billing.ID, func(q *ticket.Queue) error {
		*q = bad
		return problem.Error{"x": {{Reason: problem.Required}}}
	})
	equal(t, wrong(t, err), want+"; x: required")
	unchanged()
}

func TestAnErrorOfTheFunctionEndsTheEditOfAQueue(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	stop := errors.New("stop")
	_, err := d.UpdateQueue(t.Context(), d.admin, d.billing.ID, func(q *ticket.Queue) error {
		q.Title = "x"
		return stop
	})
	is(t, err, stop)
	unchanged()
}

func TestAQueueMayKeepItsSlug(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	must(d.UpdateQueue(t.Context(), d.admin, d.support.ID, func(q *ticket.Queue) error {
		q.Title = "x"
		return nil
	}))(t)
	must(d.CreateQueue(t.Context(), d.admin, &ticket.Queue{Title: "x", Slug: "Support"}))(t) // another slug: case counts
}

func TestAQueueWithTicketsStays(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	unchanged := b.unchanged(t)
	is(t, b.DeleteQueue(t.Context(), b.admin, b.support.ID), helpdesk.ErrInUse)
	unchanged()
	check(t, b.DeleteQueue(t.Context(), b.admin, b.empty))
	is(t, b.DeleteQueue(t.Context(), b.admin, b.empty), helpdesk.ErrNotFound)
}

func TestQueuesAreListedByID(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	l := d.Queues(d.staff, ticket.QueueFilter{})
	all := collect(t, l, 0, 0)
	equal(t, len(all), count(t, l))
	equal(t, all[0].Slug+" "+all[1].Slug, "support billing")
}
