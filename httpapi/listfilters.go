package httpapi

import (
	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// followUpFilters choose and sort follow-ups.
var followUpFilters = []filter[helpdesk.FollowUpQuery]{
	byValue(parameter{name: "ticket", kind: kindReference}, false, referenceTo,
		func(q *helpdesk.FollowUpQuery, a ticket.Among[int64]) { q.Ticket = a }),
	byValue(parameter{name: "user", kind: kindReference}, true, referenceToUser,
		func(q *helpdesk.FollowUpQuery, a ticket.Among[int64]) { q.User = a }),
	byTruth("public", func(q *helpdesk.FollowUpQuery) (**bool, *[]int64) { return &q.Public, &q.FollowUps }),
	byValue(parameter{name: "new_status", kind: kindChoice}, true, choiceOf(ticket.Statuses()),
		func(q *helpdesk.FollowUpQuery, a ticket.Among[ticket.Status]) { q.NewStatus = a }),
	byTime("date", false, func(q *helpdesk.FollowUpQuery, r ticket.Range) { q.Date = r }),
	byOrder(func(q *helpdesk.FollowUpQuery, c followup.Column, descending bool) {
		q.Order = followup.Order{By: c, Descending: descending}
	}, followup.ByDate, followup.ByID),
}

// userFilters choose and sort users.
var userFilters = []filter[helpdesk.UserQuery]{
	byMatch("username", func(q *helpdesk.UserQuery, m user.Match) { q.Username = m }),
	byMatch("email", func(q *helpdesk.UserQuery, m user.Match) { q.Email = m }),
	byTruth("is_staff", func(q *helpdesk.UserQuery) (**bool, *[]int64) { return &q.Staff, &q.IDs }),
	byTruth("is_active", func(q *helpdesk.UserQuery) (**bool, *[]int64) { return &q.Active, &q.IDs }),
	byOrder(func(q *helpdesk.UserQuery, c user.Column, descending bool) {
		q.Order = user.Order{By: c, Descending: descending}
	}, user.ByID, user.ByUsername),
}

// groupFilters choose and sort groups.
var groupFilters = []filter[helpdesk.GroupQuery]{
	byMatch("name", func(q *helpdesk.GroupQuery, m user.Match) { q.Name = m }),
	byOrder(func(q *helpdesk.GroupQuery, c user.Column, descending bool) {
		q.Order = user.Order{By: c, Descending: descending}
	}, user.ByID, user.ByName),
}

// queueFilters choose queues.
var queueFilters = []filter[ticket.QueueFilter]{
	byValue(parameter{name: "slug", kind: kindSlug}, false, slugOf,
		func(f *ticket.QueueFilter, a ticket.Among[string]) { f.Slug = a }),
}

// customFieldFilters choose definitions of custom fields.
var customFieldFilters = []filter[ticket.CustomFieldFilter]{
	byValue(parameter{name: "name", kind: kindSlug}, false, slugOf,
		func(f *ticket.CustomFieldFilter, a ticket.Among[string]) { f.Name = a }),
}

// ownTicketFilters choose tickets, for the one who submitted them: by what an answer to
// that account shows, and nothing else.
var ownTicketFilters = []filter[helpdesk.RequesterTicketFilter]{
	byValue(parameter{name: "status", kind: kindChoice}, false, statusFor(problem.NotAvailable),
		func(f *helpdesk.RequesterTicketFilter, a ticket.Among[ticket.Status]) { f.Status = a }),
	byValue(parameter{name: "queue", kind: kindReference}, false, referenceToQueue,
		func(f *helpdesk.RequesterTicketFilter, a ticket.Among[int64]) { f.Queue = a }),
	byTime("created", false, func(f *helpdesk.RequesterTicketFilter, r ticket.Range) { f.Created = r }),
	byTime("due_date", true, func(f *helpdesk.RequesterTicketFilter, r ticket.Range) { f.DueDate = r }),
}

// byMatch filters by a text.
func byMatch[F any](name string, set func(*F, user.Match)) filter[F] {
	return byValue(parameter{name: name, kind: kindText}, false, textOf,
		func(f *F, a ticket.Among[string]) { set(f, user.Match{In: a.In, NotIn: a.NotIn}) })
}

// byTruth filters by a boolean. Where neither value remains, as in "public=1&public__not=1",
// it selects no id.
func byTruth[F any](name string, at func(*F) (truth **bool, ids *[]int64)) filter[F] {
	return byValue(parameter{name: name, kind: kindBoolean}, false, truthOf, func(f *F, a ticket.Among[bool]) {
		truth, ids := at(f)
		switch yes, no := a.Admits(true), a.Admits(false); {
		case yes && no:
		case yes || no:
			*truth = &yes
		default:
			*ids = []int64{}
		}
	})
}

// slugOf reads a slug.
func slugOf(x *exchange, name, text string) (string, bool, error) {
	if !validate.Slug(text) {
		x.arguments().wrong(name, problem.BadSlug, "")
		return "", false, nil
	}
	return text, true, nil
}
