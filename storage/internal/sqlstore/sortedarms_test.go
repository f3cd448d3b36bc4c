package sqlstore

import (
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestSortedPageChoosesIndexes has a sorted page be read from the indexes that have the
// order, where these have what the filter asks for.
func TestSortedPageChoosesIndexes(t *testing.T) {
	merging, sorting := &Dialect{Hint: "BY %s", Merges: true}, &Dialect{Hint: "BY %s"}
	everything := ticket.Scope{All: true}
	open := ticket.Filter{Status: ticket.OneOf(ticket.Open, ticket.Reopened)}
	queue := ticket.Filter{Queue: ticket.OneOf[int64](3)}
	newest, due := ticket.Order{By: ticket.ByModified, Descending: true}, ticket.Order{By: ticket.ByDueDate}
	byQueue, byTitle := ticket.Order{By: ticket.ByQueue}, ticket.Order{By: ticket.ByTitle}
	there, none := &ticket.Position{ID: 7, Number: 9}, &ticket.Position{ID: 7, None: true}
	of := func(f ticket.Filter, o ticket.Order, after *ticket.Position) ticket.Query {
		return ticket.Query{Scope: everything, Filter: f, Order: o, After: after}
	}
	at := func(offset int) ticket.Query { return ticket.Query{Scope: everything, Order: newest, Offset: offset} }
	in := func(s ticket.Scope) ticket.Query { return ticket.Query{Scope: s, Order: newest} }
	before := of(ticket.Filter{}, due, there)
	before.Backward = true
	longest := of(ticket.Filter{}, due, there)
	longest.Limit = 1000
	for name, c := range map[string]struct {
		dialect *Dialect
		query   ticket.Query
		index   string
		arms    int // 0 where no index serves the page
		served  bool
	}{
		"each status":             {merging, of(ticket.Filter{}, newest, nil), "modified", 5, true},
		"some statuses":           {merging, of(open, newest, nil), "modified", 2, true},
		"a queue":                 {merging, of(queue, newest, nil), "modified", 5, false},
		"behind another":          {merging, of(ticket.Filter{}, newest, there), "modified", 10, true},
		"with values and without": {merging, of(open, due, nil), "due_date", 4, true},
		"behind one with a value": {merging, of(open, due, there), "due_date", 6, true},
		"behind one without":      {merging, of(ticket.Filter{}, due, none), "due_date", 5, true},
		"before one with a value": {merging, before, "due_date", 10, true},
		"granted queues":          {merging, in(ticket.Scope{Queues: []int64{3, 5}, AssignedTo: 7}), "modified", 5, false},
		"a requester":             {merging, in(ticket.Scope{Submitter: "a@example.com"}), "modified", 0, false},
		"another filter":          {merging, of(ticket.Filter{OnHold: ticket.OneOf(true)}, newest, nil), "modified", 0, false},
		"by queue":                {merging, of(ticket.Filter{}, byQueue, nil), "queue", 1, true},
		"by queue, filtered":      {merging, of(open, byQueue, nil), "queue", 0, false},
		"by title":                {merging, of(ticket.Filter{}, byTitle, nil), "title", 0, false},
		"as many ids as sorted":   {sorting, at(maxSortedMerged/5 - 10), "modified", 5, true},
		"more ids than sorted":    {sorting, at(maxSortedMerged/5 - 9), "modified", 0, false},
		"more ids, merged":        {merging, at(maxSortedMerged), "modified", 5, true},
		"the longest page":        {sorting, longest, "due_date", 15, true},
	} {
		if c.query.Limit == 0 {
			c.query.Limit = 10
		}
		sorted := sortingOf(c.query)
		got, served := c.dialect.page(c.query, order{by: sorted.by(), limit: c.query.Limit, offset: c.query.Offset})
		if n := strings.Count(got.text, "BY helpdesk_ticket_"+c.index+" "); n != c.arms {
			t.Errorf("%s: %d arms, want %d: %s", name, n, c.arms, got.text)
		}
		if narrow := strings.Contains(got.text, "BY helpdesk_ticket_narrow "); narrow != (c.arms == 0) || served != c.served {
			t.Errorf("%s: reads the index of all tickets: %v, serves: %v: %s", name, narrow, served, got.text)
		}
		if n := strings.Count(got.text, "?"); n != len(got.args) {
			t.Errorf("%s: %d placeholders, %d arguments", name, n, len(got.args))
		}
	}
}

// TestOwners names the indexes that may lead to few tickets.
func TestOwners(t *testing.T) {
	const assignedTo, queue = "helpdesk_ticket_assigned_to", "helpdesk_ticket_queue"
	one := ticket.OneOf[int64](3)
	everything := ticket.Scope{All: true}
	for name, c := range map[string]struct {
		scope  ticket.Scope
		filter ticket.Filter
		want   string
	}{
		"everything":          {everything, ticket.Filter{}, ""},
		"a queue":             {everything, ticket.Filter{Queue: one}, queue},
		"nobody":              {everything, ticket.Filter{AssignedTo: ticket.Among[int64]{None: true}}, assignedTo},
		"both":                {everything, ticket.Filter{Queue: one, AssignedTo: one}, assignedTo + " " + queue},
		"other queues":        {everything, ticket.Filter{Queue: ticket.Among[int64]{NotIn: []int64{3}}}, ""},
		"somebody":            {everything, ticket.Filter{AssignedTo: ticket.Among[int64]{NotNone: true}}, ""},
		"granted queues":      {ticket.Scope{Queues: []int64{3}}, ticket.Filter{}, queue},
		"and own tickets":     {ticket.Scope{Queues: []int64{3}, AssignedTo: 7}, ticket.Filter{}, ""},
		"own tickets":         {ticket.Scope{AssignedTo: 7}, ticket.Filter{}, assignedTo},
		"a requester":         {ticket.Scope{Submitter: "a@example.com"}, ticket.Filter{}, "helpdesk_ticket_submitter_key"},
		"a requester's queue": {ticket.Scope{Submitter: "a@example.com", Queues: []int64{3}}, ticket.Filter{}, ""},
	} {
		var got []string
		for _, own := range owners(selection{c.scope, c.filter}) {
			got = append(got, own.index.Name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
