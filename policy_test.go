package helpdesk_test

import (
	"context"
	"slices"
	"strconv"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// divided is a desk per queue. Support is granted to the member of staff, and
// billing to nobody; the queue called group is granted to a group of theirs.
type divided struct {
	*desk
	group                    *ticket.Queue
	mine, theirs, groups, to int64 // tickets in support, billing, group, and one in billing assigned to staff
}

func newDivided(t testing.TB) *divided {
	t.Helper()
	d := &divided{desk: handled(testdesk.New(t, helpdesk.Config{Policy: helpdesk.DefaultPolicy{PerQueue: true}}))}
	d.group = must(d.CreateQueue(t.Context(), d.admin, &ticket.Queue{Title: "Group", Slug: "group"}))(t)
	must(d.CreateGroup(t.Context(), d.admin, &user.Group{Name: "Second line", Users: []int64{d.staff.ID},
		Queues: []int64{d.group.ID}}))(t)
	must(d.UpdateUser(t.Context(), d.admin, d.staff.ID, func(u *user.User) error {
		u.Queues = []int64{d.support.ID}
		return nil
	}))(t)
	open := func(q *ticket.Queue, assignee *int64) int64 {
		n := &ticket.Ticket{QueueID: q.ID, Title: "Broken", AssignedTo: assignee}
		return must(d.CreateTicket(t.Context(), d.admin, n, file("a.txt", []byte("a"))))(t).ID
	}
	d.mine, d.theirs, d.groups, d.to = open(d.support, nil), open(d.billing, nil), open(d.group, nil), open(d.billing, &d.staff.ID)
	return d
}

// seen are the tickets that the actor works on, and on which they see
// follow-ups.
func (d *divided) seen(t testing.TB, actor *user.User) (tickets, onThem []int64) {
	t.Helper()
	l := d.Tickets(actor, helpdesk.TicketQuery{})
	for _, thread := range collect(t, l, 0, 0) {
		tickets = append(tickets, thread.ID)
	}
	equal(t, count(t, l), len(tickets))
	for _, f := range collect(t, d.FollowUps(actor, helpdesk.FollowUpQuery{}), 0, 0) {
		onThem = append(onThem, f.TicketID)
	}
	equal(t, count(t, d.FollowUps(actor, helpdesk.FollowUpQuery{})), len(onThem))
	equal(t, count(t, d.Attachments(actor)), len(onThem))
	equal(t, len(collect(t, d.Attachments(actor), 0, 0)), len(onThem))
	return tickets, onThem
}

func TestStaffPerQueueReachWhatIsGrantedOrAssignedToThem(t *testing.T) {
	t.Parallel()
	d := newDivided(t)
	for _, c := range []struct {
		name  string
		actor *user.User
		want  []int64
	}{
		{"staff", d.staff, []int64{d.mine, d.groups, d.to}},
		{"staff who also submitted", &user.User{ID: d.staff.ID, Active: true, Staff: true, Email: "x@example.com"},
			[]int64{d.mine, d.groups, d.to}},
		{"other staff", &user.User{ID: d.jane.ID, Active: true, Staff: true}, nil},
		{"a superuser", d.admin, []int64{d.mine, d.theirs, d.groups, d.to}},
		{"the program", helpdesk.System(), []int64{d.mine, d.theirs, d.groups, d.to}},
	} {
		tickets, onThem := d.seen(t, c.actor)
		if !slices.Equal(tickets, c.want) || !slices.Equal(onThem, c.want) {
			t.Errorf("%s: tickets %v, follow-ups on %v, want %v", c.name, tickets, onThem, c.want)
		}
	}
}

// TestWhatIsOutOfReachDoesNotExist asks for a ticket of a queue that is not
// granted in every way.
func TestWhatIsOutOfReachDoesNotExist(t *testing.T) {
	t.Parallel()
	d := newDivided(t)
	ctx := t.Context()
	opening := conversation(t, must(d.Ticket(ctx, d.admin, d.theirs))(t))[0]
	attachment := opening.Attachments[0].ID
	unchanged := d.unchanged(t)
	fails := func(_ any, err error) error { return err }
	_, _, openErr := d.OpenAttachment(ctx, d.staff, attachment)
	for name, err := range map[string]error{
		"ticket":            fails(d.Ticket(ctx, d.staff, d.theirs)),
		"ticket exists":     d.TicketExists(ctx, d.staff, d.theirs),
		"follow-up exists":  d.FollowUpExists(ctx, d.staff, opening.ID),
		"history":           fails(d.History(d.staff, d.theirs).Count(ctx)),
		"update ticket":     fails(d.UpdateTicket(ctx, d.staff, d.theirs, unedited)),
		"delete ticket":     d.DeleteTicket(ctx, d.staff, d.theirs),
		"follow-up":         fails(d.FollowUp(ctx, d.staff, opening.ID)),
		"update follow-up":  fails(d.UpdateFollowUp(ctx, d.staff, opening.ID, unedited)),
		"delete follow-up":  d.DeleteFollowUp(ctx, d.staff, opening.ID),
		"attachment":        fails(d.Attachment(ctx, d.staff, attachment)),
		"open attachment":   openErr,
		"update attachment": fails(d.UpdateAttachment(ctx, d.staff, attachment, unedited, nil)),
		"delete attachment": d.DeleteAttachment(ctx, d.staff, attachment),
	} {
		if err != helpdesk.ErrNotFound {
			is(t, err, helpdesk.ErrNotFound)
			if t.Failed() {
				t.Fatal(name)
			}
		}
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"reply": {fails(d.Reply(ctx, d.staff, &followup.FollowUp{TicketID: d.theirs})), "ticket"},
		"move": {fails(d.UpdateFollowUp(ctx, d.staff, conversation(t, must(d.Ticket(ctx, d.staff, d.mine))(t))[0].ID,
			func(f *followup.FollowUp) error {
				f.TicketID = d.theirs
				return nil
			})), "ticket"},
		"merge": {d.merge(t, d.mine, d.theirs), "merged_to"},
	} {
		if got, want := wrong(t, c.err), c.want+`: no such object "`+strconv.FormatInt(d.theirs, 10)+`"`; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	_, err := d.Reply(refusing(ctx), d.staff, &followup.FollowUp{TicketID: d.theirs})
	equal(t, wrong(t, err), `ticket: no such object "`+strconv.FormatInt(d.theirs, 10)+`"; x: required`)
	attach := func(ctx context.Context) error {
		return fails(d.CreateAttachment(ctx, d.staff, &followup.Attachment{FollowUpID: opening.ID}, file("a.txt", []byte("x"))))
	}
	foreign := `followup: no such object "` + strconv.FormatInt(opening.ID, 10) + `"`
	equal(t, wrong(t, attach(ctx)), foreign)
	equal(t, wrong(t, attach(refusing(ctx))), foreign+"; x: required")
	unchanged()
}

func TestStaffPerQueuePutTicketsInGrantedAndPublicQueues(t *testing.T) {
	t.Parallel()
	d := newDivided(t)
	public := must(d.CreateQueue(t.Context(), d.admin, &ticket.Queue{Title: "Public", Slug: "public", AllowPublicSubmission: true}))(t)
	open := func(actor *user.User, q *ticket.Queue) error {
		_, err := d.CreateTicket(t.Context(), actor, &ticket.Ticket{QueueID: q.ID, Title: "x"})
		return err
	}
	move := func(actor *user.User, id int64, q *ticket.Queue) error {
		_, err := d.UpdateTicket(t.Context(), actor, id, func(n *ticket.Ticket) error {
			n.QueueID = q.ID
			return nil
		})
		return err
	}
	for _, q := range []*ticket.Queue{d.support, d.group, public} {
		check(t, open(d.staff, q))
		check(t, move(d.staff, d.to, q))
	}
	refused := `queue: no such object "` + strconv.FormatInt(d.billing.ID, 10) + `"`
	equal(t, wrong(t, open(d.staff, d.billing)), refused)
	equal(t, wrong(t, move(d.staff, d.mine, d.billing)), refused)
	check(t, open(d.admin, d.billing))
	check(t, move(d.admin, d.to, d.billing))
	d.edit(t, d.to, func(n *ticket.Ticket) { n.Title = "stays where it is" })
}

func TestATicketGivenAwayIsOutOfReach(t *testing.T) {
	t.Parallel()
	d := newDivided(t)
	given := d.edit(t, d.to, func(n *ticket.Ticket) { n.AssignedTo = nil })
	equal(t, given.ID, d.to)
	_, err := d.Ticket(t.Context(), d.staff, d.to)
	is(t, err, helpdesk.ErrNotFound)
}

func TestBackLinksStayWithinReach(t *testing.T) {
	t.Parallel()
	d := newDivided(t)
	text := "like #" + strconv.FormatInt(d.theirs, 10) + " and #" + strconv.FormatInt(d.groups, 10)
	d.reply(t, &followup.FollowUp{TicketID: d.mine, Comment: &text})
	equal(t, len(conversation(t, must(d.Ticket(t.Context(), d.admin, d.theirs))(t))), 1)
	sameLines(t, d.links(t, d.groups), followup.ReferenceTitle(d.mine))
}

func TestTheScopesOfTheDefaultPolicy(t *testing.T) {
	t.Parallel()
	one := &user.User{ID: 7, Email: "a@example.com", EmailVerified: true, Active: true}
	with := func(change func(*user.User)) *user.User {
		u := *one
		change(&u)
		return &u
	}
	staff := with(func(u *user.User) { u.Staff = true })
	super := with(func(u *user.User) { u.Superuser = true })
	for _, c := range []struct {
		name  string
		p     helpdesk.DefaultPolicy
		actor *user.User
		reach ticket.Scope
		put   ticket.QueueScope
	}{
		{"a requester", helpdesk.DefaultPolicy{}, one, ticket.Scope{}, ticket.QueueScope{}},
		{"a requester, per queue", helpdesk.DefaultPolicy{PerQueue: true}, one, ticket.Scope{}, ticket.QueueScope{}},
		{"staff", helpdesk.DefaultPolicy{}, staff, ticket.Scope{All: true}, ticket.QueueScope{All: true}},
		{"staff, per queue", helpdesk.DefaultPolicy{PerQueue: true}, staff, ticket.Scope{GrantedTo: 7, AssignedTo: 7},
			ticket.QueueScope{GrantedTo: 7, Public: true}},
		{"a superuser, per queue", helpdesk.DefaultPolicy{PerQueue: true}, super, ticket.Scope{All: true}, ticket.QueueScope{All: true}},
	} {
		equal(t, c.name+asJSON(c.p.Reach(c.actor)), c.name+asJSON(c.reach))
		equal(t, c.name+asJSON(c.p.Queues(c.actor)), c.name+asJSON(c.put))
		equal(t, asJSON(c.p.Own(c.actor)), asJSON(ticket.Scope{Submitter: "a@example.com"}))
	}
	unverified := with(func(u *user.User) { u.EmailVerified = false })
	equal(t, asJSON(helpdesk.DefaultPolicy{}.Own(unverified)), asJSON(ticket.Scope{}))
}

// vipPolicy is a host's: everybody works on tickets, and nobody on users.
type vipPolicy struct{ helpdesk.DefaultPolicy }

func (p vipPolicy) Allow(actor *user.User, perm helpdesk.Permission) error {
	switch perm {
	case helpdesk.ReadTickets, helpdesk.WorkOnTickets:
		return nil
	case helpdesk.ManageUsers:
		return helpdesk.ErrForbidden
	}
	return p.DefaultPolicy.Allow(actor, perm)
}

func (p vipPolicy) Reach(actor *user.User) ticket.Scope { return p.Own(actor) }

func TestAHostDecidesByAPolicyOfItsOwn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id, other := d.submitted(t, new("jane@example.com")), d.ticket(t).ID
	hosts := must(helpdesk.New(d.store, helpdesk.Config{Policy: vipPolicy{}}))(t)
	equal(t, must(hosts.Ticket(t.Context(), d.jane, id))(t).ID, id)
	_, err := hosts.Ticket(t.Context(), d.jane, other)
	is(t, err, helpdesk.ErrNotFound)
	is(t, hosts.DeleteUser(t.Context(), d.admin, d.restricted.ID), helpdesk.ErrForbidden)
	must(hosts.CreateGroup(t.Context(), d.admin, &user.Group{Name: "g"}))(t) // as by default
}

// TestNoPolicyIsAskedAboutTheInactive: nor is one that allows everything able
// to let a token do what tokens do not.
func TestNoPolicyIsAskedAboutTheInactive(t *testing.T) {
	t.Parallel()
	d := must(helpdesk.New(testdesk.OpenStore(t), helpdesk.Config{Policy: vipPolicy{}}))(t)
	is(t, d.Allow(nil, helpdesk.ReadTickets), helpdesk.ErrForbidden)
	is(t, d.Allow(&user.User{}, helpdesk.ReadTickets), helpdesk.ErrForbidden)
	reader := &user.User{Active: true, Token: &user.Token{ReadOnly: true}}
	check(t, d.Allow(reader, helpdesk.ReadTickets))
	is(t, d.Allow(reader, helpdesk.WorkOnTickets), helpdesk.ErrForbidden)
	is(t, d.Allow(&user.User{Active: true, Token: &user.Token{}}, helpdesk.ManageAccount), helpdesk.ErrForbidden)
}
