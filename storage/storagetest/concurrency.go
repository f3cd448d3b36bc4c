package storagetest

import (
	"slices"
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// Rounds is how often each goroutine of the tests of concurrency does what it does. A
// test binary that wants many sets it, for example by a flag.
var Rounds = 3

var concurrencyTests = []test{
	{"edits of a queue", func(e *env) {
		var q *ticket.Queue
		var owner int64
		e.update(func(tx storage.Tx) { q, owner = e.queue(tx, "q"), e.user(tx, "owner").ID })
		editable[ticket.Queue]{
			columns: []column[ticket.Queue]{
				textColumn("Title", func(q *ticket.Queue) *string { return &q.Title }),
				textColumn("Slug", func(q *ticket.Queue) *string { return &q.Slug }),
				nullTextColumn("EmailAddress", func(q *ticket.Queue) **string { return &q.EmailAddress }),
				switchColumn("AllowPublicSubmission", func(q *ticket.Queue) *bool { return &q.AllowPublicSubmission }),
				referenceColumn("DefaultOwner", owner, func(q *ticket.Queue) **int64 { return &q.DefaultOwner }),
			},
			rest: []string{"ID", "Version"},
			lock: func(tx storage.Tx, id int64) (*ticket.Queue, error) { return tx.Queues().Lock(e.ctx, id) },
			update: func(tx storage.Tx, before, after *ticket.Queue) error {
				return tx.Queues().Update(e.ctx, before, after)
			},
			clone: copyOf[ticket.Queue],
		}.edit(e, q.ID)
	}},
	{"edits of a custom field", func(e *env) {
		f := &ticket.CustomField{Name: "f", Type: ticket.Text, HelpText: new(""), MaxLength: new(int64(0)), DecimalPlaces: new(int64(0)),
			ListValues: new(""), Ordering: new(int64(0))}
		e.update(func(tx storage.Tx) { e.ok(tx.CustomFields().Insert(e.ctx, f)) })
		editable[ticket.CustomField]{
			columns: []column[ticket.CustomField]{
				textColumn("Name", func(f *ticket.CustomField) *string { return &f.Name }),
				textColumn("Label", func(f *ticket.CustomField) *string { return &f.Label }),
				textColumn("Type", func(f *ticket.CustomField) *string { return (*string)(&f.Type) }),
				nullTextColumn("HelpText", func(f *ticket.CustomField) **string { return &f.HelpText }),
				nullNumberColumn("MaxLength", func(f *ticket.CustomField) **int64 { return &f.MaxLength }),
				nullNumberColumn("DecimalPlaces", func(f *ticket.CustomField) **int64 { return &f.DecimalPlaces }),
				nullTextColumn("ListValues", func(f *ticket.CustomField) **string { return &f.ListValues }),
				nullNumberColumn("Ordering", func(f *ticket.CustomField) **int64 { return &f.Ordering }),
				switchColumn("EmptySelectionList", func(f *ticket.CustomField) *bool { return &f.EmptySelectionList }),
				switchColumn("Required", func(f *ticket.CustomField) *bool { return &f.Required }),
				switchColumn("StaffOnly", func(f *ticket.CustomField) *bool { return &f.StaffOnly }),
			},
			rest: []string{"ID", "Version"},
			lock: func(tx storage.Tx, id int64) (*ticket.CustomField, error) { return tx.CustomFields().Lock(e.ctx, id) },
			update: func(tx storage.Tx, before, after *ticket.CustomField) error {
				return tx.CustomFields().Update(e.ctx, before, after)
			},
			clone: copyOf[ticket.CustomField],
		}.edit(e, f.ID)
	}},
	{"edits of a group", func(e *env) {
		var g *user.Group
		var members, queues []int64
		e.update(func(tx storage.Tx) {
			members = ids(func(i int) int64 { return e.user(tx, "user"+strconv.Itoa(i)).ID })
			queues = ids(func(i int) int64 { return e.queue(tx, "queue"+strconv.Itoa(i)).ID })
			g = &user.Group{Name: "g"}
			e.ok(tx.Groups().Insert(e.ctx, g))
		})
		editable[user.Group]{
			columns: []column[user.Group]{
				textColumn("Name", func(g *user.Group) *string { return &g.Name }),
				setColumn("Users", members, func(g *user.Group) *[]int64 { return &g.Users }),
				setColumn("Queues", queues, func(g *user.Group) *[]int64 { return &g.Queues }),
			},
			rest:   []string{"ID", "Version"},
			lock:   func(tx storage.Tx, id int64) (*user.Group, error) { return tx.Groups().Lock(e.ctx, id) },
			update: func(tx storage.Tx, before, after *user.Group) error { return tx.Groups().Update(e.ctx, before, after) },
			clone:  (*user.Group).Clone,
		}.edit(e, g.ID)
	}},
	{"edits of a user", testEditUser},
	{"edits of a token", testEditToken},
	{"edits of a webhook", testEditWebhook},
	{"edits of a ticket", testEditTicket},
	{"edits of a follow-up", testEditFollowUp},
	{"edits of an attachment", testEditAttachment},
	{"no row outlives the one it belongs to", testOrphans},
	{"locked definitions stay as they are", testLockDefinitions},
}

func testEditUser(e *env) {
	var u *user.User
	var queues []int64
	e.update(func(tx storage.Tx) {
		queues = ids(func(i int) int64 { return e.queue(tx, "queue"+strconv.Itoa(i)).ID })
		u = e.user(tx, "u")
		u.ExternalID = new("")
		e.ok(save(e.ctx, tx.Users(), u.ID, u))
	})
	editable[user.User]{
		columns: []column[user.User]{
			textColumn("Username", func(u *user.User) *string { return &u.Username }),
			textColumn("FirstName", func(u *user.User) *string { return &u.FirstName }),
			textColumn("LastName", func(u *user.User) *string { return &u.LastName }),
			textColumn("Email", func(u *user.User) *string { return &u.Email }),
			textColumn("PasswordHash", func(u *user.User) *string { return &u.PasswordHash }),
			nullTextColumn("ExternalID", func(u *user.User) **string { return &u.ExternalID }),
			switchColumn("Active", func(u *user.User) *bool { return &u.Active }),
			switchColumn("Staff", func(u *user.User) *bool { return &u.Staff }),
			switchColumn("Superuser", func(u *user.User) *bool { return &u.Superuser }),
			switchColumn("EmailVerified", func(u *user.User) *bool { return &u.EmailVerified }),
			timeColumn("Created", func(u *user.User) *time.Time { return &u.Created }),
			setColumn("Queues", queues, func(u *user.User) *[]int64 { return &u.Queues }),
			{"Permissions",
				func(u *user.User) { u.Permissions = append(slices.Clone(u.Permissions), "x") },
				func(u *user.User) int { return len(u.Permissions) }, false},
		},
		rest: []string{"ID", "Version", "Token"},
		lock: func(tx storage.Tx, id int64) (*user.User, error) { return tx.Users().Lock(e.ctx, id) },
		update: func(tx storage.Tx, before, after *user.User) error {
			if err := tx.Users().Update(e.ctx, before, after); err != nil {
				return err
			}
			return tx.Users().Grant(e.ctx, after.ID, after.Queues)
		},
		clone: (*user.User).Clone,
	}.edit(e, u.ID)
}

func testEditToken(e *env) {
	var o *user.Token
	var owners []int64
	e.update(func(tx storage.Tx) {
		owners = []int64{e.user(tx, "a").ID, e.user(tx, "b").ID}
		o = &user.Token{UserID: owners[0], Prefix: "p", Digest: []byte("d"), Created: now, Expires: new(now), LastUsed: new(now)}
		e.ok(tx.Tokens().Insert(e.ctx, o))
	})
	editable[user.Token]{
		columns: []column[user.Token]{
			textColumn("Name", func(o *user.Token) *string { return &o.Name }),
			textColumn("Prefix", func(o *user.Token) *string { return &o.Prefix }),
			switchColumn("ReadOnly", func(o *user.Token) *bool { return &o.ReadOnly }),
			timeColumn("Created", func(o *user.Token) *time.Time { return &o.Created }),
			timeColumn("Expires", func(o *user.Token) *time.Time { o.Expires = new(*o.Expires); return o.Expires }),
			timeColumn("LastUsed", func(o *user.Token) *time.Time { o.LastUsed = new(*o.LastUsed); return o.LastUsed }),
			{"Digest", func(o *user.Token) { o.Digest = []byte(counted(string(o.Digest))) },
				func(o *user.Token) int { return countOf(string(o.Digest)) }, false},
			switchBetween("UserID", owners, func(o *user.Token) *int64 { return &o.UserID }),
		},
		rest:   []string{"ID", "Version"},
		lock:   func(tx storage.Tx, id int64) (*user.Token, error) { return tx.Tokens().Lock(e.ctx, id) },
		update: func(tx storage.Tx, before, after *user.Token) error { return tx.Tokens().Update(e.ctx, before, after) },
		clone:  copyOf[user.Token],
	}.edit(e, o.ID)
}

func testEditTicket(e *env) {
	var t *ticket.Ticket
	var other, assignee int64
	var queues []int64
	var fields []*ticket.CustomField
	e.update(func(tx storage.Tx) {
		other, assignee = e.ticket(tx, "other").ID, e.user(tx, "assignee").ID
		fields = []*ticket.CustomField{e.field(tx, "f"), e.field(tx, "g")}
		t = e.ticket(tx, "t", func(t *ticket.Ticket) {
			t.Description, t.Resolution, t.SubmitterEmail, t.DueDate = new(""), new(""), new(""), new(now)
			t.Values = ticket.Values{{Field: fields[0].ID}, {Field: fields[1].ID}}
		})
		queues = []int64{t.QueueID, e.queue(tx, "second").ID}
	})
	value := func(f *ticket.CustomField) column[ticket.Ticket] {
		return column[ticket.Ticket]{"Values",
			func(t *ticket.Ticket) {
				t.Values.Set(ticket.Value{Field: f.ID, Text: counted(t.Values.Get(f.ID).Text)})
			},
			func(t *ticket.Ticket) int { return countOf(t.Values.Get(f.ID).Text) }, false}
	}
	editable[ticket.Ticket]{
		columns: []column[ticket.Ticket]{
			textColumn("Title", func(t *ticket.Ticket) *string { return &t.Title }),
			nullTextColumn("Description", func(t *ticket.Ticket) **string { return &t.Description }),
			nullTextColumn("Resolution", func(t *ticket.Ticket) **string { return &t.Resolution }),
			nullTextColumn("SubmitterEmail", func(t *ticket.Ticket) **string { return &t.SubmitterEmail }),
			textColumn("SecretKey", func(t *ticket.Ticket) *string { return &t.SecretKey }),
			numberColumn("Status", func(t *ticket.Ticket) *ticket.Status { return &t.Status }),
			numberColumn("Priority", func(t *ticket.Ticket) *ticket.Priority { return &t.Priority }),
			switchColumn("OnHold", func(t *ticket.Ticket) *bool { return &t.OnHold }),
			referenceColumn("AssignedTo", assignee, func(t *ticket.Ticket) **int64 { return &t.AssignedTo }),
			referenceColumn("MergedTo", other, func(t *ticket.Ticket) **int64 { return &t.MergedTo }),
			switchBetween("QueueID", queues, func(t *ticket.Ticket) *int64 { return &t.QueueID }),
			timeColumn("DueDate", func(t *ticket.Ticket) *time.Time { return t.DueDate }),
			timeColumn("Created", func(t *ticket.Ticket) *time.Time { return &t.Created }),
			timeColumn("Modified", func(t *ticket.Ticket) *time.Time { return &t.Modified }),
			value(fields[0]), value(fields[1]),
		},
		rest: []string{"ID", "Version"},
		lock: func(tx storage.Tx, id int64) (*ticket.Ticket, error) {
			t, err := tx.Tickets().Lock(e.ctx, id, all)
			if err == nil {
				t.Values, err = tx.Tickets().Values(e.ctx, id)
			}
			return t, err
		},
		update: func(tx storage.Tx, before, after *ticket.Ticket) error {
			return tx.Tickets().Update(e.ctx, before, after, fields)
		},
		clone: (*ticket.Ticket).Clone,
	}.edit(e, t.ID)
	const columns = 16
	e.view(func(tx storage.Tx) {
		equal(e, must(tx.Tickets().Get(e.ctx, t.ID, all))(e).Version, t.Version+int64(columns*writersPerColumn*Rounds))
	})
}

func testEditFollowUp(e *env) {
	var f *followup.FollowUp
	var tickets []int64
	var author int64
	e.update(func(tx storage.Tx) {
		tickets, author = []int64{e.ticket(tx, "a").ID, e.ticket(tx, "b").ID}, e.user(tx, "author").ID
		f = e.followUp(tx, tickets[0], func(f *followup.FollowUp) {
			f.Title, f.Comment, f.MessageID = new(""), new(""), new("")
			f.NewStatus, f.TimeSpent, f.EmailRecipients = new(ticket.Status(0)), new(followup.TimeSpent(0)), []string{}
		})
	})
	editable[followup.FollowUp]{
		columns: []column[followup.FollowUp]{
			switchBetween("TicketID", tickets, func(f *followup.FollowUp) *int64 { return &f.TicketID }),
			referenceColumn("UserID", author, func(f *followup.FollowUp) **int64 { return &f.UserID }),
			nullTextColumn("Title", func(f *followup.FollowUp) **string { return &f.Title }),
			nullTextColumn("Comment", func(f *followup.FollowUp) **string { return &f.Comment }),
			nullTextColumn("MessageID", func(f *followup.FollowUp) **string { return &f.MessageID }),
			switchColumn("Public", func(f *followup.FollowUp) *bool { return &f.Public }),
			nullNumberColumn("NewStatus", func(f *followup.FollowUp) **ticket.Status { return &f.NewStatus }),
			nullNumberColumn("TimeSpent", func(f *followup.FollowUp) **followup.TimeSpent { return &f.TimeSpent }),
			timeColumn("Date", func(f *followup.FollowUp) *time.Time { return &f.Date }),
			{"EmailRecipients",
				func(f *followup.FollowUp) { f.EmailRecipients = append(slices.Clone(f.EmailRecipients), "x") },
				func(f *followup.FollowUp) int { return len(f.EmailRecipients) }, false},
		},
		rest: []string{"ID", "Version", "Attachments", "Changes"},
		lock: func(tx storage.Tx, id int64) (*followup.FollowUp, error) { return tx.FollowUps().Lock(e.ctx, id, all) },
		update: func(tx storage.Tx, before, after *followup.FollowUp) error {
			return tx.FollowUps().Update(e.ctx, before, after)
		},
		clone: (*followup.FollowUp).Clone,
	}.edit(e, f.ID)
}

func testEditAttachment(e *env) {
	var a *followup.Attachment
	var followUps []int64
	e.update(func(tx storage.Tx) {
		t := e.ticket(tx, "t").ID
		followUps = []int64{e.followUp(tx, t).ID, e.followUp(tx, t).ID}
		a = e.attachment(tx, followUps[0], "a")
	})
	editable[followup.Attachment]{
		columns: []column[followup.Attachment]{
			switchBetween("FollowUpID", followUps, func(a *followup.Attachment) *int64 { return &a.FollowUpID }),
			textColumn("Filename", func(a *followup.Attachment) *string { return &a.Filename }),
			textColumn("MIMEType", func(a *followup.Attachment) *string { return &a.MIMEType }),
			textColumn("Content", func(a *followup.Attachment) *string { return &a.Content }),
			numberColumn("Size", func(a *followup.Attachment) *int64 { return &a.Size }),
		},
		rest: []string{"ID", "Version"},
		lock: func(tx storage.Tx, id int64) (*followup.Attachment, error) {
			return tx.Attachments().Lock(e.ctx, id, all)
		},
		update: func(tx storage.Tx, before, after *followup.Attachment) error {
			return tx.Attachments().Update(e.ctx, before, after)
		},
		clone: copyOf[followup.Attachment],
	}.edit(e, a.ID)
}

// testLockDefinitions has a second transaction change and delete definitions that a
// first has locked together with a third.
func testLockDefinitions(e *env) {
	var f, g *ticket.CustomField
	var queue int64
	e.update(func(tx storage.Tx) { f, g, queue = e.field(tx, "f"), e.field(tx, "g"), e.queue(tx, "q").ID })
	started, done := make(chan struct{}), make(chan error, 1)
	attempts := 0
	e.update(func(tx storage.Tx) {
		fields := must(tx.CustomFields().LockAll(e.ctx))(e)
		equal(e, len(fields), 2)
		if attempts++; attempts == 1 {
			go func() {
				close(started)
				done <- e.Update(e.ctx, func(tx storage.Tx) error {
					before, err := tx.CustomFields().Lock(e.ctx, f.ID)
					if err != nil {
						return err
					}
					after := *before
					after.Type = ticket.Integer
					return tx.CustomFields().Update(e.ctx, before, &after)
				})
			}()
		}
		<-started
		time.Sleep(20 * time.Millisecond) // a store without the lock is found then
		values := ticket.Values{{Field: f.ID, Text: "x"}, {Field: g.ID, Text: "y"}}
		e.ok(tx.Tickets().Insert(e.ctx, &ticket.Ticket{QueueID: queue, Created: now, Modified: now, Values: values}, fields))
	})
	if err := <-done; attempts == 1 || err != nil { // the second comes first when the first is repeated
		e.is(err, storage.ErrReferenced)
	}
}
