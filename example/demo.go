package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// demo fills an empty desk.
type demo struct {
	ctx    context.Context
	desk   *helpdesk.Desk
	system *user.User
	secret string // what passwords begin with
	people map[string]*user.User
	queues map[string]*ticket.Queue
	fields map[string]*ticket.CustomField
	errs   error // the first failure; nothing is done after it
}

// fillDemo makes the sample data, by the rules of the desk, all of it or nothing.
func fillDemo(ctx context.Context, store storage.Store, host *helpdesk.Desk) error {
	var clock func() time.Time
	desk, err := helpdesk.New(store, helpdesk.Config{
		Logger: host.Logger(), Hasher: host.Passwords(), Now: func() time.Time { return clock() },
	})
	if err != nil {
		return err
	}
	secret := rand.Text() // the same each time that the function below is called
	// On a desk of With passwords are hashed inside the transaction, for which nobody waits
	// here. Otherwise the function would run twice, and on MySQL the first ids be lost.
	err = desk.With(store).Atomically(ctx, func(desk *helpdesk.Desk) error {
		clock = pastClock()
		d := &demo{
			ctx: ctx, desk: desk, system: helpdesk.System(), secret: secret,
			people: map[string]*user.User{}, queues: map[string]*ticket.Queue{}, fields: map[string]*ticket.CustomField{},
		}
		d.addPeople()
		d.addQueues()
		d.addFields()
		for _, s := range d.stories() {
			d.tell(s)
		}
		return d.errs
	})
	if err != nil {
		return fmt.Errorf("make the sample data: %w", err)
	}
	return nil
}

// pastClock began a week ago and goes on by a few hours whenever it is asked.
func pastClock() func() time.Time {
	now := time.Now().AddDate(0, 0, -7)
	return func() time.Time {
		now = now.Add(3*time.Hour + 7*time.Minute)
		return now
	}
}

// addPeople makes accounts with passwords that nobody knows.
func (d *demo) addPeople() {
	for _, u := range []user.User{
		{Username: "ada", FirstName: "Ada", LastName: "Park", Email: "ada@example.com", Staff: true},
		{Username: "ben", FirstName: "Ben", LastName: "Ohm", Email: "ben@example.com", Staff: true},
		{Username: "carol", FirstName: "Carol", LastName: "Lind", Email: "carol@example.com"},
	} {
		u.Active = true
		d.people[u.Username] = keep(d, func() (*user.User, error) {
			return d.desk.CreateUser(d.ctx, d.system, &u, d.secret+u.Username)
		})
	}
}

func (d *demo) addQueues() {
	for _, q := range []ticket.Queue{
		{Title: "Support", Slug: "support", EmailAddress: new("support@example.com"), AllowPublicSubmission: true},
		{Title: "Billing", Slug: "billing", EmailAddress: new("billing@example.com")},
	} {
		d.queues[q.Slug] = keep(d, func() (*ticket.Queue, error) {
			return d.desk.CreateQueue(d.ctx, d.system, &q)
		})
	}
}

func (d *demo) addFields() {
	for i, f := range []ticket.CustomField{
		{Name: "company", Label: "Company", Type: ticket.Varchar, MaxLength: new(int64(80))},
		{Name: "plan", Label: "Plan", Type: ticket.List, ListValues: new("Free\nTeam\nBusiness"), EmptySelectionList: true},
		{Name: "seats", Label: "Seats", Type: ticket.Integer, HelpText: new("How many people are affected")},
		{Name: "contract", Label: "Contract", Type: ticket.Slug, StaffOnly: true},
	} {
		f.Ordering = new(int64(i + 1))
		d.fields[f.Name] = keep(d, func() (*ticket.CustomField, error) {
			return d.desk.CreateCustomField(d.ctx, d.system, &f)
		})
	}
}

// story is a ticket and what happened to it.
type story struct {
	by      string // who opened it
	ticket  ticket.Ticket
	queue   string
	owner   string            // "" for nobody
	values  map[string]string // of custom fields, by name
	files   []followup.Upload
	replies []reply
}

type reply struct {
	by     string
	text   string
	public bool
	status ticket.Status // 0 does not move the ticket
	files  []followup.Upload
}

func (d *demo) tell(s story) {
	t := s.ticket
	opened := keep(d, func() (*helpdesk.Thread, error) {
		t.QueueID = d.queues[s.queue].ID
		if s.owner != "" {
			t.AssignedTo = &d.people[s.owner].ID
		}
		for name, text := range s.values {
			t.Values.Set(ticket.Value{Field: d.fields[name].ID, Text: text})
		}
		return d.desk.CreateTicket(d.ctx, d.people[s.by], &t, s.files...)
	})
	for _, r := range s.replies {
		keep(d, func() (*followup.FollowUp, error) {
			f := &followup.FollowUp{TicketID: opened.ID, Comment: &r.text, Public: r.public}
			if r.status != 0 {
				f.NewStatus = &r.status
			}
			return d.desk.Reply(d.ctx, d.people[r.by], f, r.files...)
		})
	}
}

// keep returns what do returns, unless something failed before.
func keep[T any](d *demo, do func() (*T, error)) *T {
	if d.errs != nil {
		return new(T)
	}
	made, err := do()
	if err != nil {
		d.errs = err
		return new(T)
	}
	return made
}

func textFile(name, content string) followup.Upload {
	return followup.Upload{
		Filename: name, MIMEType: "text/plain", Size: int64(len(content)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil },
	}
}
