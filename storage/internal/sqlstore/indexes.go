package sqlstore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// Index is an index that a statement names, because a database would not choose it by
// itself. Every driver package has these in its schema.
type Index struct {
	Table, Name string
	Columns     []string // the first ones, by which it is entered and sorted
}

// Indexes for lists that no filter narrows, and for one count.
var (
	ticketsByID           = Index{"helpdesk_ticket", "helpdesk_ticket_narrow", []string{"id"}}
	followUpsByDate       = Index{"helpdesk_followup", "helpdesk_followup_date", []string{"date", "id"}}
	followUpsByUser       = Index{"helpdesk_followup", "helpdesk_followup_user", []string{"user_id", "date", "id"}}
	followUpsByTicket     = Index{"helpdesk_followup", "helpdesk_followup_ticket", []string{"ticket_id"}}
	attachmentsByFilename = Index{"helpdesk_attachment", "helpdesk_attachment_filename", []string{"filename"}}
	usersByUsername       = Index{"helpdesk_user", "helpdesk_user_username", []string{"username", "id"}}
	usersByStaff          = Index{"helpdesk_user", "helpdesk_user_staff", []string{"staff", "id"}}
)

// ticketIndex serves lists of the tickets that have a value in its first column. It
// has them in the order of their ids.
type ticketIndex struct {
	Index
	values func(selection) []any     // that the filter asks for; none if it does not
	rest   func(selection) selection // what the filter asks for besides
}

// selection is which tickets a list has.
type selection struct {
	scope  ticket.Scope
	filter ticket.Filter
}

// ticketIndexes says which index serves which filter. The first row that has an index
// with values serves a list: by one arm for each value of each of its indexes.
var ticketIndexes = [][]ticketIndex{
	{{ticketsBy("merged_to", "merged_to"), mergedTo, withoutMergedTo}},
	{{ticketsBy("status", "status"), statuses, withoutStatus}},
	{
		{ticketsBy("queue", "queue_id"), scopeQueues, withoutScope},
		{ticketsBy("submitter_key", "submitter_key"), scopeSubmitter, withoutScope},
		{ticketsBy("assigned_to", "assigned_to"), scopeAssignee, withoutScope},
	},
}

func ticketsBy(name, column string) Index {
	return Index{"helpdesk_ticket", "helpdesk_ticket_" + name, []string{column}}
}

// plain are the values that a condition asks for, if it does nothing else.
func plain[T ~int | ~int64](a ticket.Among[T]) (all []any) {
	if a.None || a.NotNone || len(a.NotIn) > 0 {
		return nil
	}
	for _, value := range slices.Compact(slices.Sorted(slices.Values(a.In))) {
		all = append(all, int64(value))
	}
	return all
}

func mergedTo(s selection) []any { return plain(s.filter.MergedTo) }

func withoutMergedTo(s selection) selection {
	s.filter.MergedTo = ticket.Among[int64]{}
	return s
}

func statuses(s selection) []any { return plain(s.filter.Status) }

func withoutStatus(s selection) selection {
	s.filter.Status = ticket.Among[ticket.Status]{}
	return s
}

func scopeQueues(s selection) (all []any) {
	for _, queue := range s.scope.Queues {
		all = append(all, queue)
	}
	return all
}

func scopeSubmitter(s selection) []any {
	if s.scope.Submitter == "" {
		return nil
	}
	return []any{ticket.AddressKey(s.scope.Submitter)}
}

func scopeAssignee(s selection) []any {
	if s.scope.AssignedTo == 0 {
		return nil
	}
	return []any{s.scope.AssignedTo}
}

func withoutScope(s selection) selection {
	s.scope = ticket.Scope{All: true}
	return s
}

// Indexes returns all indexes that statements name.
func Indexes() []Index {
	all := []Index{
		ticketsByID, followUpsByDate, followUpsByUser, followUpsByTicket, attachmentsByFilename, usersByUsername, usersByStaff,
	}
	for _, row := range ticketIndexes {
		for _, i := range row {
			all = append(all, i.Index)
		}
	}
	return slices.AppendSeq(all, maps.Values(sortedByStatus))
}

// by is the table of an index, with the hint to use it.
func (d *Dialect) by(i Index) string {
	if d.Hint == "" {
		return i.Table
	}
	return i.Table + " " + fmt.Sprintf(d.Hint, i.Name)
}

// arm is the tickets that an index has for one value, and a condition on them.
type arm struct {
	index    Index
	cond     cond
	filtered bool // the condition is about more than the value
}

// arms are such that each ticket which the filter selects is in one at least. There
// are none when no index serves the filter.
func (d *Dialect) arms(s selection) (all []arm) {
	for _, row := range ticketIndexes {
		for _, i := range row {
			for _, value := range i.values(s) {
				rest := i.rest(s)
				more := d.matches(rest.scope, rest.filter)
				all = append(all, arm{i.Index, is(i.Columns[0]+" = ?", value).and(more), !more.none()})
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// Bounds of how many arms are merged, and of how many ids are sorted where the
// database does not merge them.
const (
	maxArms   = 16
	maxSorted = 1000
)

// page is the statement that reads the ids of a page of filtered tickets. It reads
// indexes that have all that the filter asks for: the arms, when they are few, or the
// narrow index of all tickets.
//
// It reports whether the page is all that is read: every ticket of an arm is in the list,
// and in its order.
func (d *Dialect) page(q ticket.Query, o order) (find statement, served bool) {
	sorted := sortingOf(q)
	if find, served, ok := d.sortedPage(q, o, sorted); ok {
		return find, served
	}
	following := sorted.following(q.After)
	var all []arm
	if sorted.column == "id" {
		all = d.arms(selection{q.Scope, q.Filter})
	}
	served = !slices.ContainsFunc(all, func(a arm) bool { return a.filtered })
	for i := range all {
		all[i].cond = all[i].cond.and(following)
	}
	switch n := len(all); {
	case n == 1:
		return selecting("id", d.by(all[0].index), all[0].cond, o), served
	case 1 < n && n <= maxArms && (d.Merges || n*(o.offset+o.limit) <= maxSorted):
		return d.union(all, o), served
	}
	return selecting("id", d.by(ticketsByID), d.matches(q.Scope, q.Filter).and(following), o), false
}

// union is the statement that reads the ids of one page of the arms.
func (d *Dialect) union(arms []arm, o order) statement {
	each := order{by: o.by, limit: o.offset + o.limit}
	if d.Merges {
		each = order{}
	}
	var texts []string
	var args []any
	for _, a := range arms {
		q := selecting("id", d.by(a.index), a.cond, each)
		if !d.Merges {
			q.text = "(" + q.text + ")"
		}
		texts, args = append(texts, q.text), append(args, q.args...)
	}
	return statement{text: strings.Join(texts, " UNION ") + " " + o.rest(), args: o.bind(args)}
}
