package sqlstore

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/ticket"
)

func TestArms(t *testing.T) {
	scoped := ticket.Scope{Queues: []int64{3, 5}, Submitter: "Ada@Example.com", AssignedTo: 7}
	const inScope = "(queue_id IN (?,?) OR submitter_key = ? OR assigned_to = ?)"
	for name, c := range map[string]struct {
		scope  ticket.Scope
		filter ticket.Filter
		want   []string // the index, the condition and its arguments
	}{
		"everything": {ticket.Scope{All: true}, ticket.Filter{}, nil},
		"one status": {
			ticket.Scope{All: true}, ticket.Filter{Status: ticket.OneOf[ticket.Status](2)},
			[]string{"helpdesk_ticket_status: status = ? [2]"},
		},
		"each status once, in order": {
			ticket.Scope{All: true}, ticket.Filter{Status: ticket.OneOf[ticket.Status](2, 1, 2)},
			[]string{"helpdesk_ticket_status: status = ? [1]", "helpdesk_ticket_status: status = ? [2]"},
		},
		"a status in a scope": {
			scoped, ticket.Filter{Status: ticket.OneOf[ticket.Status](1)},
			[]string{"helpdesk_ticket_status: (status = ? AND " + inScope + ") [1 3 5 ada@example.com 7]"},
		},
		"merged, before a status": {
			scoped, ticket.Filter{Status: ticket.OneOf[ticket.Status](1), MergedTo: ticket.OneOf[int64](9)},
			[]string{"helpdesk_ticket_merged_to: (merged_to = ? AND " + inScope + " AND status IN (?)) [9 3 5 ada@example.com 7 1]"},
		},
		"a scope": {
			scoped, ticket.Filter{},
			[]string{
				"helpdesk_ticket_queue: queue_id = ? [3]",
				"helpdesk_ticket_queue: queue_id = ? [5]",
				"helpdesk_ticket_submitter_key: submitter_key = ? [ada@example.com]",
				"helpdesk_ticket_assigned_to: assigned_to = ? [7]",
			},
		},
		"a scope that admits nothing": {ticket.Scope{}, ticket.Filter{}, nil},
	} {
		var got []string
		for _, a := range new(Dialect).arms(selection{c.scope, c.filter}) {
			text, args := a.cond.sql()
			got = append(got, fmt.Sprintf("%s: %s %v", a.index.Name, text, args))
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}

// TestPageChoosesIndexes has the page of a filter be read from one arm, from a union of
// arms, or from the index of all tickets.
func TestPageChoosesIndexes(t *testing.T) {
	merging, sorting := &Dialect{Hint: "BY %s", Merges: true}, &Dialect{Hint: "BY %s"}
	queues := func(n int) ticket.Query {
		var ids []int64
		for i := range n {
			ids = append(ids, int64(2*i+1))
		}
		return ticket.Query{Scope: ticket.Scope{Queues: ids}, Limit: 10}
	}
	for name, c := range map[string]struct {
		dialect *Dialect
		query   ticket.Query
		offset  int
		arms    int // 0 for the index of all tickets
	}{
		"one arm":                            {sorting, queues(1), 0, 1},
		"one arm, far behind":                {sorting, queues(1), 100_000, 1},
		"some arms":                          {sorting, queues(4), 0, 4},
		"as many ids as are sorted":          {sorting, queues(4), maxSorted/4 - 10, 4},
		"more ids than are sorted":           {sorting, queues(4), maxSorted/4 - 9, 0},
		"more ids, where arms are merged":    {merging, queues(4), maxSorted, 4},
		"as many arms as are merged":         {merging, queues(maxArms), 0, maxArms},
		"more arms than are merged":          {merging, queues(maxArms + 1), 0, 0},
		"no arm, when the scope has nothing": {merging, ticket.Query{Limit: 10}, 0, 0},
	} {
		got, _ := c.dialect.page(c.query, order{by: "id", limit: c.query.Limit, offset: c.offset})
		if n := strings.Count(got.text, "BY helpdesk_ticket_queue "); n != c.arms {
			t.Errorf("%s: %d arms, want %d: %s", name, n, c.arms, got.text)
		}
		if narrow := strings.Contains(got.text, "BY helpdesk_ticket_narrow "); narrow != (c.arms == 0) {
			t.Errorf("%s: reads the index of all tickets: %v: %s", name, narrow, got.text)
		}
		if n := strings.Count(got.text, "?"); n != len(got.args) {
			t.Errorf("%s: %d placeholders, %d arguments", name, n, len(got.args))
		}
	}
}

// TestNoHint has a database without hints be told of none.
func TestNoHint(t *testing.T) {
	if got := (&Dialect{}).by(ticketsByID); got != "helpdesk_ticket" {
		t.Errorf("%q", got)
	}
}
