package httpapi_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// object is one of the two tickets of the matrix, with what belongs to it, or
// none at all.
type object int

const (
	own     object = iota // in the queue support, of jane, assigned to ann
	foreign               // in the queue billing, of somebody else
	absent
)

// actor is one of those who ask.
type actor struct {
	name      string
	id        auth.Identity // zero for nobody
	staff     bool
	superuser bool
	readOnly  bool
	works     [3]bool // on which objects
	submitted [3]bool
	queues    [3]bool // in which queues they may put tickets
}

// matrix is a desk with queues granted one by one, on which every request is
// taken back.
type matrix struct {
	*testing.T
	db     *sql.DB
	store  testdesk.Joiner
	desk   *helpdesk.Desk
	actors []actor

	tickets, followUps, files, privateFiles, tokens [3]int64
	policy                                          helpdesk.Policy
	mutate                                          mutation
	mutated                                         bool // mutate has something
	failures                                        []string

	handler http.Handler   // of all requests, since it takes long to make
	within  *withinRequest // the store of the handler
	asking  auth.Identity  // who sends the present request
}

const nothingHere = 987654321

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	m := &matrix{T: t, policy: helpdesk.DefaultPolicy{PerQueue: true}}
	m.db, m.store = testdesk.OpenHost(t)
	d := testdesk.Over(t, m.store, helpdesk.Config{Policy: m.policy})
	m.desk = d.Desk
	ctx, system := t.Context(), helpdesk.System()
	add := func(username string, u user.User) *user.User {
		u.Username, u.Active = username, true
		if u.Email == "" {
			u.Email = username + "@example.com"
		}
		made, err := d.CreateUser(ctx, system, &u, "long-enough-9")
		check(t, err)
		return made
	}
	joe, sam, ann := add("joe", user.User{}), add("sam", user.User{Staff: true}), add("ann", user.User{Staff: true})
	granted := add("wendy", user.User{Staff: true, Queues: []int64{d.Queues["support"].ID}})
	grouped := add("gus", user.User{Staff: true})
	_, err := d.CreateGroup(ctx, system,
		&user.Group{Name: "first line", Users: []int64{grouped.ID}, Queues: []int64{d.Queues["support"].ID}})
	check(t, err)
	host := &user.External{ID: "17", Username: "host", Email: "host@example.com", EmailVerified: true, Staff: true,
		Queues: []string{"support"}}
	_, err = d.ExternalUser(ctx, host)
	check(t, err)
	reader := *d.Users["admin"]
	reader.Token = &user.Token{ReadOnly: true}

	as := func(u *user.User) auth.Identity { return auth.Identity{User: u} }
	both := [3]bool{true, true, false}
	m.actors = []actor{
		{name: "anonymous"},
		{name: "requester", id: as(d.Users["jane"]), submitted: [3]bool{own: true}},
		{name: "other requester", id: as(joe)},
		{name: "staff without the queue", id: as(sam), staff: true},
		{name: "staff with the queue", id: as(granted), staff: true, works: [3]bool{own: true}, queues: [3]bool{own: true}},
		{name: "staff in a group with the queue", id: as(grouped), staff: true, works: [3]bool{own: true}, queues: [3]bool{own: true}},
		{name: "assignee", id: as(ann), staff: true, works: [3]bool{own: true}},
		{name: "superuser", id: as(d.Users["admin"]), staff: true, superuser: true, works: both, queues: both},
		{name: "host identity", id: auth.Identity{External: host}, staff: true, works: [3]bool{own: true}, queues: [3]bool{own: true}},
		{name: "read-only token", id: as(&reader), staff: true, superuser: true, readOnly: true, works: both, queues: both},
	}
	m.fill(d, ann)
	return m
}

// marker is in everything that belongs to an object.
func (o object) marker() string { return [...]string{"own-marker", "foreign-marker", ""}[o] }

func (m *matrix) fill(d *testdesk.Desk, assignee *user.User) {
	ctx, system := m.Context(), helpdesk.System()
	for o, n := range []*ticket.Ticket{
		own:     {QueueID: d.Queues["support"].ID, SubmitterEmail: new("jane@example.com"), AssignedTo: &assignee.ID},
		foreign: {QueueID: d.Queues["billing"].ID, SubmitterEmail: new("somebody@example.com")},
	} {
		text := object(o).marker()
		n.Title, n.Description = text, &text
		n.Values = ticket.Values{{Field: d.Fields[0].ID, Text: text[:10]}, {Field: d.Fields[13].ID, Text: "staff-only"}}
		thread, err := d.CreateTicket(ctx, system, n)
		check(m, err)
		public, err := d.Reply(ctx, system, &followup.FollowUp{TicketID: thread.ID, Comment: &text, Public: true}, file(text+".txt", text))
		check(m, err)
		private, err := d.Reply(ctx, system, &followup.FollowUp{TicketID: thread.ID, Comment: new("private-" + text)},
			file("private-"+text+".txt", text))
		check(m, err)
		m.tickets[o], m.followUps[o], m.files[o], m.privateFiles[o] = thread.ID, public.ID, public.Attachments[0].ID,
			private.Attachments[0].ID
		owner := d.Users["jane"]
		if object(o) == foreign {
			owner = d.Users["inactive"]
		}
		token, _, err := d.CreateToken(ctx, d.Users["admin"], &user.Token{UserID: owner.ID, Name: text})
		check(m, err)
		m.tokens[o] = token.ID
	}
	for _, ids := range []*[3]int64{&m.tickets, &m.followUps, &m.files, &m.privateFiles, &m.tokens} {
		ids[absent] = nothingHere
	}
}

// ask sends a request, of which nothing stays.
func (m *matrix) ask(a actor, method, path, contentType, body string) *httptest.ResponseRecorder {
	tx, err := m.db.BeginTx(m.Context(), &sql.TxOptions{Isolation: sql.LevelDefault})
	check(m, err)
	defer func() { check(m, tx.Rollback()) }()
	if m.within == nil {
		m.within = &withinRequest{}
	}
	m.within.Store, m.asking = m.store.Join(tx), a.id
	if m.mutate.store != nil {
		m.within.Store = mutated{m.within.Store, m.mutate.store}
	}
	if m.handler == nil {
		m.handler = m.newHandler()
	}
	r := httptest.NewRequestWithContext(m.Context(), method, "/api/"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	m.handler.ServeHTTP(w, r)
	return w
}

// withinRequest is a store joined to the transaction of the present request.
type withinRequest struct{ storage.Store }

// newHandler returns a handler of a desk that keeps nothing from one request to the next.
func (m *matrix) newHandler() http.Handler {
	policy := m.policy
	if m.mutate.policy != nil {
		policy = m.mutate.policy(policy)
	}
	desk, err := helpdesk.New(m.within, helpdesk.Config{Policy: policy, CacheTTL: -1, Hasher: m.desk.Passwords()})
	check(m, err)
	return newHandler(desk, httpapi.Config{Authenticator: auth.Func(func(*http.Request) (auth.Identity, error) {
		id := m.asking
		if m.mutate.identity != nil {
			id = m.mutate.identity(id)
		}
		if id == (auth.Identity{}) {
			return id, auth.ErrNoCredentials
		}
		return id, nil
	})})
}

// cell wants a status, and of a refused request nothing of any object.
//
// Of a mutation one failure is enough: nothing is asked after it.
func (m *matrix) cell(a actor, method, path, contentType, body string, status int) string {
	if m.mutated && len(m.failures) > 0 {
		return ""
	}
	w := m.ask(a, method, path, contentType, body)
	got := w.Body.String()
	if w.Code != status {
		m.failures = append(m.failures, fmt.Sprintf("%s: %s /api/%s: %d, want %d: %.100s", a.name, method, path, w.Code, status, got))
	}
	if status >= 400 && strings.Contains(got, "marker") {
		m.failures = append(m.failures, fmt.Sprintf("%s: %s /api/%s tells of the object: %s", a.name, method, path, got))
	}
	return got
}

// TestMatrix asks as everybody, for everything, on every route.
func TestMatrix(t *testing.T) {
	t.Parallel()
	m := newMatrix(t)
	m.run()
	for _, f := range m.failures {
		t.Error(f)
	}
}
