package httpapi_test

import (
	"context"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// mutation takes one check out of a desk.
type mutation struct {
	policy   func(helpdesk.Policy) helpdesk.Policy
	store    func(storage.Tx) storage.Tx
	identity func(auth.Identity) auth.Identity
}

// lax is a policy with one answer replaced.
type lax struct {
	helpdesk.Policy
	allows helpdesk.Permission
	reach  *ticket.Scope
	own    *ticket.Scope
	queues *ticket.QueueScope
}

func (l lax) Allow(actor *user.User, p helpdesk.Permission) error {
	if p == l.allows {
		return nil
	}
	return l.Policy.Allow(actor, p)
}

func (l lax) Reach(actor *user.User) ticket.Scope {
	if l.reach != nil {
		return *l.reach
	}
	return l.Policy.Reach(actor)
}

func (l lax) Own(actor *user.User) ticket.Scope {
	if l.own != nil {
		return *l.own
	}
	return l.Policy.Own(actor)
}

func (l lax) Queues(actor *user.User) ticket.QueueScope {
	if l.queues != nil {
		return *l.queues
	}
	return l.Policy.Queues(actor)
}

// mutated is a store that one mutation went through.
type mutated struct {
	storage.Store
	mutate func(storage.Tx) storage.Tx
}

func (m mutated) View(ctx context.Context, fn func(storage.Tx) error) error {
	return m.Store.View(ctx, func(tx storage.Tx) error { return fn(m.mutate(tx)) })
}

func (m mutated) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return m.Store.Read(ctx, func(tx storage.Tx) error { return fn(m.mutate(tx)) })
}

func (m mutated) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return m.Store.Update(ctx, func(tx storage.Tx) error { return fn(m.mutate(tx)) })
}

// blind is a transaction of which one method does not look at the scope.
type blind struct {
	storage.Tx
	method string
}

var all = ticket.Scope{All: true}

func (b blind) Tickets() ticket.Store     { return blindTickets{b.Tx.Tickets(), b.method} }
func (b blind) FollowUps() followup.Store { return blindFollowUps{b.Tx.FollowUps(), b.method} }
func (b blind) Attachments() followup.AttachmentStore {
	return blindFiles{b.Tx.Attachments(), b.method}
}
func (b blind) Queues() ticket.QueueStore { return blindQueues{b.Tx.Queues(), b.method} }

type blindTickets struct {
	ticket.Store
	method string
}

func (b blindTickets) Get(ctx context.Context, id int64, s ticket.Scope) (*ticket.Ticket, error) {
	if b.method == "Tickets.Get" {
		s = all
	}
	return b.Store.Get(ctx, id, s)
}

func (b blindTickets) Lock(ctx context.Context, id int64, s ticket.Scope) (*ticket.Ticket, error) {
	if b.method == "Tickets.Lock" {
		s = all
	}
	return b.Store.Lock(ctx, id, s)
}

func (b blindTickets) List(ctx context.Context, q ticket.Query) ([]*ticket.Ticket, error) {
	if b.method == "Tickets.List" {
		q.Scope = all
	}
	return b.Store.List(ctx, q)
}

func (b blindTickets) Count(ctx context.Context, s ticket.Scope, f ticket.Filter) (int, error) {
	if b.method == "Tickets.Count" {
		s = all
	}
	return b.Store.Count(ctx, s, f)
}

type blindFollowUps struct {
	followup.Store
	method string
}

func (b blindFollowUps) Get(ctx context.Context, id int64, s ticket.Scope) (*followup.FollowUp, error) {
	if b.method == "FollowUps.Get" {
		s = all
	}
	f, err := b.Store.Get(ctx, id, s)
	if err == nil && b.method == "FollowUps.Get tells of private ones" {
		f.Public = true
	}
	return f, err
}

func (b blindFollowUps) List(ctx context.Context, q followup.Query) ([]*followup.FollowUp, error) {
	switch b.method {
	case "FollowUps.List":
		q.Scope = all
	case "FollowUps.List tells of private ones":
		q.Public = nil
	}
	return b.Store.List(ctx, q)
}

func (b blindFollowUps) Threads(ctx context.Context, q ticket.Query) ([]*followup.Thread, error) {
	if b.method == "FollowUps.Threads" {
		q.Scope = all
	}
	return b.Store.Threads(ctx, q)
}

func (b blindFollowUps) Count(ctx context.Context, s ticket.Scope, f followup.Filter) (int, error) {
	if b.method == "FollowUps.Count" {
		s = all
	}
	return b.Store.Count(ctx, s, f)
}

type blindFiles struct {
	followup.AttachmentStore
	method string
}

func (b blindFiles) Get(ctx context.Context, id int64, s ticket.Scope) (*followup.Attachment, error) {
	if b.method == "Attachments.Get" {
		s = all
	}
	return b.AttachmentStore.Get(ctx, id, s)
}

func (b blindFiles) List(ctx context.Context, q followup.AttachmentQuery) ([]*followup.Attachment, error) {
	if b.method == "Attachments.List" {
		q.Scope = all
	}
	return b.AttachmentStore.List(ctx, q)
}

func (b blindFiles) Count(ctx context.Context, s ticket.Scope, f followup.Filter) (int, error) {
	if b.method == "Attachments.Count" {
		s = all
	}
	return b.AttachmentStore.Count(ctx, s, f)
}

type blindQueues struct {
	ticket.QueueStore
	method string
}

func (b blindQueues) Admits(ctx context.Context, id int64, s ticket.QueueScope) (bool, error) {
	if b.method == "Queues.Admits" {
		s.All = true
	}
	return b.QueueStore.Admits(ctx, id, s)
}

// mutations are the checks there are, each taken out by itself. Changes have
// none of their own: who reads them has passed that of the ticket.
func mutations() map[string]mutation {
	all := map[string]mutation{
		"a token that only reads": {identity: func(id auth.Identity) auth.Identity {
			if id.User != nil && id.User.Token != nil {
				u := *id.User
				u.Token = nil
				id.User = &u
			}
			return id
		}},
	}
	soften := func(name string, l lax) {
		all[name] = mutation{policy: func(p helpdesk.Policy) helpdesk.Policy {
			l := l
			l.Policy = p
			return l
		}}
	}
	for _, p := range []helpdesk.Permission{
		helpdesk.ReadTickets, helpdesk.WorkOnTickets, helpdesk.ManageUsers, helpdesk.ManageQueues, helpdesk.ManageFields,
		helpdesk.ManageRights,
	} {
		soften("Allow "+string(p), lax{allows: p})
	}
	soften("Reach", lax{reach: &ticket.Scope{All: true}})
	soften("Own", lax{own: &ticket.Scope{All: true}})
	soften("Queues", lax{queues: &ticket.QueueScope{All: true}})
	for _, method := range []string{
		"Tickets.Get", "Tickets.Lock", "Tickets.List", "Tickets.Count", "FollowUps.Get", "FollowUps.List", "FollowUps.Count",
		"FollowUps.Threads",
		"Attachments.Get", "Attachments.List", "Attachments.Count", "Queues.Admits",
		"FollowUps.Get tells of private ones", "FollowUps.List tells of private ones",
	} {
		all[method] = mutation{store: func(tx storage.Tx) storage.Tx { return blind{tx, method} }}
	}
	return all
}

// TestTheMatrixSeesEveryCheck: without any one of them it fails.
func TestTheMatrixSeesEveryCheck(t *testing.T) {
	t.Parallel()
	whole := newMatrix(t)
	for name, mutate := range mutations() {
		t.Run(name, func(t *testing.T) {
			m := *whole // on the same desk, where every request is taken back
			m.T, m.mutate, m.mutated = t, mutate, true
			if m.run(); len(m.failures) == 0 {
				t.Error("nobody noticed")
			}
		})
	}
}
