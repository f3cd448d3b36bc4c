package storagetest

import (
	"flag"
	"math/big"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var queryRounds = flag.Int("storagetest.queries", 150, "how many random lists of tickets are compared with an evaluation in memory")

var ticketQueryTests = []test{
	{"random scopes, filters and orders", func(e *env) {
		seed := rand.Uint64()
		e.Logf("seed %d", seed)
		r := rand.New(rand.NewPCG(seed, 0))
		e.update(func(tx storage.Tx) {
			d := e.randomDesk(tx, r)
			for range *queryRounds {
				q := d.query(r)
				e.sameAsInMemory(tx, q, d.evaluate(q))
				e.countsAsInMemory(tx, q, d.evaluate(q), r)
				if e.Failed() {
					e.Fatalf("%+v", q)
				}
			}
		})
	}},
	{"parts left out", func(e *env) {
		e.update(func(tx storage.Tx) {
			f := e.field(tx, "f")
			t := e.ticket(tx, "t", func(t *ticket.Ticket) {
				t.Description, t.Resolution, t.Values = new("d"), new("r"), ticket.Values{{Field: f.ID, Text: "v"}}
			})
			e.followUp(tx, t.ID)
			bare := *t
			bare.Description, bare.Resolution, bare.Values = nil, nil, nil
			all := ticket.FollowUps | ticket.CustomValues | ticket.Description | ticket.Resolution
			for _, q := range []ticket.Query{
				{Scope: ticket.Scope{All: true}, Without: all, Limit: 9},
				{Scope: ticket.Scope{All: true}, Without: all, Limit: 9, Filter: ticket.Filter{IDs: []int64{t.ID}}},
				{Scope: ticket.Scope{All: true}, Without: all, Limit: 9, Filter: ticket.Filter{Status: ticket.OneOf(ticket.Open)}},
			} {
				equalList(e, must(tx.Tickets().List(e.ctx, q))(e), &bare)
				threads := must(tx.FollowUps().Threads(e.ctx, q))(e)
				equal(e, len(threads), 1)
				equal(e, threads[0].Ticket, &bare)
				equal(e, len(threads[0].FollowUps), 0)
				equal(e, threads[0].More, false)
			}
		})
	}},
}

// sameAsInMemory compares parts of a list with what is wanted: from offsets on, and as
// one walks through it from place to place, in both directions.
func (e *env) sameAsInMemory(tx storage.Tx, q ticket.Query, want []*ticket.Ticket) {
	e.Helper()
	ids := ticketIDs(want)
	equal(e, must(tx.Tickets().Count(e.ctx, q.Scope, q.Filter))(e), len(want))
	for offset := 0; offset <= len(ids); offset += 1 + len(ids)/3 {
		q.Offset, q.Limit = offset, 7
		equalIDs(e, ticketIDs(must(tx.Tickets().List(e.ctx, q))(e)), ids[offset:min(offset+7, len(ids))])
		equalIDs(e, must(tx.Tickets().IDs(e.ctx, q))(e), ids[offset:min(offset+7, len(ids))])
	}
	for _, back := range []bool{false, true} {
		q.Backward, q.After, q.Offset, q.Limit = back, nil, 0, 1+len(ids)/4
		var walked []int64
		for len(walked) <= len(ids) {
			found := must(tx.Tickets().List(e.ctx, q))(e)
			if len(found) == 0 {
				break
			}
			walked = append(walked, ticketIDs(found)...)
			q.After = new(q.Order.Of(found[len(found)-1]))
		}
		if back {
			slices.Reverse(walked)
		}
		equalIDs(e, walked, ids)
	}
}

func ticketIDs(all []*ticket.Ticket) (ids []int64) {
	for _, t := range all {
		ids = append(ids, t.ID)
	}
	return ids
}

// randomDesk is some tickets, and what they may refer to.
type randomDesk struct {
	tickets []*ticket.Ticket
	users   []int64
	queues  []int64
	fields  []*ticket.CustomField
}

var (
	randomTitles = []string{"a", "a\x01", "a b", "B", "b", "é", "Z", "😀", "\uffee", "printer"}
	randomEmails = []string{"", "ada@example.com", "ADA@Example.com", "zoë@example.com", "zoË@example.com"}
	randomValues = map[ticket.FieldType][]string{
		ticket.Text:    {"", "a", "A", "a ", "1.5"},
		ticket.Integer: {"0", "-1", "9", "10", "-10", "123456789012345678901234567890", "-123456789012345678901234567891"},
		ticket.Decimal: {"0", "-0.0", "0.00", "1.5", "1.50", "-1.5", "-1.45", "10", "9.99", "100.010", "99999999999999999999.01"},
		ticket.Date:    {"2026-01-02", "0999-12-31", "2026-11-02"},
		ticket.Time:    {"08:00:00", "17:30:01"},
	}
	randomTypes = []ticket.FieldType{ticket.Text, ticket.Integer, ticket.Decimal, ticket.Date, ticket.Time}
)

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

func some[T any](r *rand.Rand, all []T) (few []T) {
	for range 1 + r.IntN(3) {
		few = append(few, pick(r, all))
	}
	return few
}

// sometimes returns a value one time in n, and nil otherwise.
func sometimes[T any](r *rand.Rand, n int, v T) *T {
	if r.IntN(n) > 0 {
		return nil
	}
	return &v
}

func (e *env) randomDesk(tx storage.Tx, r *rand.Rand) *randomDesk {
	d := &randomDesk{}
	for _, name := range []string{"u", "v", "w"} {
		d.users, d.queues = append(d.users, e.user(tx, name).ID), append(d.queues, e.queue(tx, name).ID)
	}
	e.ok(tx.Users().Grant(e.ctx, d.users[0], d.queues[:2]))
	for _, t := range randomTypes {
		f := &ticket.CustomField{Name: string(t), Label: "f", Type: t}
		e.ok(tx.CustomFields().Insert(e.ctx, f))
		d.fields = append(d.fields, f)
	}
	for range 60 {
		t := &ticket.Ticket{
			QueueID: pick(r, d.queues), Title: pick(r, randomTitles), Status: pick(r, ticket.Statuses()), OnHold: r.IntN(2) == 0,
			Priority: pick(r, ticket.Priorities()), Created: randomTime(r), Modified: randomTime(r),
			AssignedTo: sometimes(r, 2, pick(r, d.users)), SubmitterEmail: sometimes(r, 2, pick(r, randomEmails)),
			DueDate: sometimes(r, 2, randomTime(r)),
		}
		if len(d.tickets) > 0 {
			t.MergedTo = sometimes(r, 4, pick(r, d.tickets).ID)
		}
		for _, f := range d.fields {
			if n := r.IntN(4); n > 1 {
				t.Values = append(t.Values, ticket.Value{Field: f.ID, Text: pick(r, randomValues[f.Type])})
			} else if n == 1 {
				t.Values = append(t.Values, ticket.Value{Field: f.ID, Null: true})
			}
		}
		e.ok(tx.Tickets().Insert(e.ctx, t, d.fields))
		d.tickets = append(d.tickets, t)
	}
	return d
}

// randomTime is a time on one of three days, one of them before 1970.
func randomTime(r *rand.Rand) time.Time {
	day := pick(r, []time.Time{now, now.AddDate(0, 0, 1), time.Date(1969, 12, 30, 23, 0, 0, 0, time.UTC)})
	return day.Add(time.Duration(r.IntN(9)) * time.Microsecond)
}

// query is a random list of the tickets.
func (d *randomDesk) query(r *rand.Rand) ticket.Query {
	q := ticket.Query{
		Scope: pick(r, []ticket.Scope{{All: true}, {All: true}, {All: true}, {GrantedTo: d.users[0], AssignedTo: d.users[0]},
			{Submitter: "ada@example.com"}, {Queues: d.queues[1:], Submitter: "Ada@example.com"}, {AssignedTo: d.users[1]}, {}}),
		Order: ticket.Order{By: pick(r, ticket.Columns()), Descending: r.IntN(2) == 0},
	}
	f := &q.Filter
	choose := func() bool { return r.IntN(6) == 0 }
	if choose() {
		f.Status = randomAmong(r, ticket.Statuses())
	}
	if choose() {
		f.Queue = randomAmong(r, d.queues)
	}
	if choose() {
		f.AssignedTo = randomAmong(r, d.users)
	}
	if choose() {
		f.Priority = randomAmong(r, ticket.Priorities())
	}
	if choose() {
		f.OnHold = randomAmong(r, []bool{true, false})
	}
	if choose() {
		f.SubmitterEmail = randomAmong(r, randomEmails)
	}
	if choose() {
		f.MergedTo = randomAmong(r, ticketIDs(d.tickets[:9]))
	}
	if choose() {
		f.IDs = ticketIDs(some(r, d.tickets))
	}
	for _, within := range []*ticket.Range{&f.Created, &f.Modified, &f.DueDate} {
		if choose() {
			*within = ticket.Range{After: sometimes(r, 3, randomTime(r)), From: sometimes(r, 3, randomTime(r)),
				Before: sometimes(r, 3, randomTime(r)), Through: sometimes(r, 3, randomTime(r)), Set: sometimes(r, 4, r.IntN(2) == 0)}
		}
	}
	for _, field := range d.fields {
		if !choose() {
			continue
		}
		values := randomValues[field.Type]
		v := ticket.ValueFilter{Field: field.ID, Type: field.Type, Set: sometimes(r, 4, r.IntN(2) == 0)}
		if r.IntN(2) == 0 {
			v.Equal = randomAmong(r, values)
		}
		if field.Type != ticket.Text {
			v.Above, v.From = sometimes(r, 3, pick(r, values)), sometimes(r, 3, pick(r, values))
			v.Below, v.Through = sometimes(r, 3, pick(r, values)), sometimes(r, 3, pick(r, values))
		}
		f.Values = append(f.Values, v)
	}
	return q
}

func randomAmong[T comparable](r *rand.Rand, values []T) (a ticket.Among[T]) {
	switch r.IntN(8) {
	case 0:
		a.None = true
	case 1:
		a.NotIn = some(r, values)
	case 2:
		a.NotNone = true
	case 3:
		a.In, a.None = some(r, values), true
	case 4:
		a.In, a.NotIn = some(r, values), some(r, values)
	case 5:
		a.In = []T{}
	default:
		a.In = some(r, values)
	}
	return a
}

// evaluate is what the query selects, without Offset and Limit, by a plain reading of
// what package ticket says.
func (d *randomDesk) evaluate(q ticket.Query) (found []*ticket.Ticket) {
	for _, t := range d.tickets {
		if d.admits(q.Scope, t) && selects(q.Filter, t) {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, func(a, b *ticket.Ticket) int { return q.Order.Compare(q.Order.Of(a), q.Order.Of(b)) })
	return found
}

func (d *randomDesk) admits(s ticket.Scope, t *ticket.Ticket) bool {
	return s.All || slices.Contains(s.Queues, t.QueueID) ||
		s.AssignedTo != 0 && t.AssignedTo != nil && *t.AssignedTo == s.AssignedTo ||
		s.GrantedTo == d.users[0] && slices.Contains(d.queues[:2], t.QueueID) ||
		s.Submitter != "" && t.SubmitterEmail != nil && ticket.AddressKey(*t.SubmitterEmail) == ticket.AddressKey(s.Submitter)
}

func selects(f ticket.Filter, t *ticket.Ticket) bool {
	sameAddress := func(a, b string) bool { return ticket.AddressKey(a) == ticket.AddressKey(b) }
	for _, v := range f.Values {
		if !selectsValue(v, t.Values) {
			return false
		}
	}
	return (f.IDs == nil || slices.Contains(f.IDs, t.ID)) &&
		isAmong(f.Status, &t.Status, same) && isAmong(f.Queue, &t.QueueID, same) && isAmong(f.AssignedTo, t.AssignedTo, same) &&
		isAmong(f.Priority, &t.Priority, same) && isAmong(f.OnHold, &t.OnHold, same) && isAmong(f.MergedTo, t.MergedTo, same) &&
		isAmong(f.SubmitterEmail, t.SubmitterEmail, sameAddress) &&
		isWithin(f.Created, &t.Created) && isWithin(f.Modified, &t.Modified) && isWithin(f.DueDate, t.DueDate)
}

func same[T comparable](a, b T) bool { return a == b }

func isAmong[T comparable](a ticket.Among[T], v *T, same func(a, b T) bool) bool {
	has := func(all []T) bool {
		return v != nil && slices.ContainsFunc(all, func(one T) bool { return same(one, *v) })
	}
	if (a.In != nil || a.None) && !has(a.In) && !(a.None && v == nil) {
		return false
	}
	return !has(a.NotIn) && !(a.NotNone && v == nil)
}

func isWithin(r ticket.Range, t *time.Time) bool {
	if t == nil {
		return r.After == nil && r.From == nil && r.Before == nil && r.Through == nil && (r.Set == nil || !*r.Set)
	}
	return (r.After == nil || t.After(*r.After)) && (r.From == nil || !t.Before(*r.From)) &&
		(r.Before == nil || t.Before(*r.Before)) && (r.Through == nil || !t.After(*r.Through)) && (r.Set == nil || *r.Set)
}

func selectsValue(v ticket.ValueFilter, values ticket.Values) bool {
	var text *string
	for _, value := range values {
		if value.Field == v.Field && !value.Null {
			text = &value.Text
		}
	}
	compare := func(a, b string) int {
		if v.Type == ticket.Integer || v.Type == ticket.Decimal {
			x, _ := new(big.Rat).SetString(a)
			y, _ := new(big.Rat).SetString(b)
			return x.Cmp(y)
		}
		return slices.Compare([]byte(a), []byte(b))
	}
	bound := func(b *string, ok func(c int) bool) bool { return b == nil || text != nil && ok(compare(*text, *b)) }
	return isAmong(v.Equal, text, func(a, b string) bool { return compare(a, b) == 0 }) && (v.Set == nil || *v.Set == (text != nil)) &&
		bound(v.Above, func(c int) bool { return c > 0 }) && bound(v.From, func(c int) bool { return c >= 0 }) &&
		bound(v.Below, func(c int) bool { return c < 0 }) && bound(v.Through, func(c int) bool { return c <= 0 })
}
