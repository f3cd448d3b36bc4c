package helpdesk_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

// TestEveryPairOfUseCasesAtOnce runs each use case that writes beside each other one,
// and beside itself, on the same objects. Both come through or are refused for a
// reason that a client understands, and what is stored afterwards is whole.
func TestEveryPairOfUseCasesAtOnce(t *testing.T) {
	t.Parallel()
	s := newShared(t)
	p := &pairs{shared: s, other: must(helpdesk.New(s.store, helpdesk.Config{}))(t), uncached: s.With(s.store),
		api: must(httpapi.New(s.Desk, httpapi.Config{Authenticator: auth.Basic(s.Desk)}))(t)}
	all := writings()
	every, start := 1, time.Now()
	if testdesk.Race {
		every = 5
		t.Log("with the race detector only every fifth pair; make test runs all of them")
	}
	n, runs, next := 0, 0, 100
	for i, a := range all {
		for _, b := range all[:i+1] {
			if n++; n%every != 0 {
				continue
			}
			for range rounds(1) {
				if p.run(t, a, b); t.Failed() {
					t.Fatalf("%s beside %s", a.name, b.name)
				}
				if runs++; runs == next {
					p.everything(t, false)
					next *= 2 // it takes longer each time
				}
			}
		}
	}
	p.everything(t, true)
	t.Logf("%d of %d pairs, %d runs in %v: %d use cases came through, %d were refused", n/every, n, runs,
		time.Since(start).Round(time.Second), p.done, p.refused)
}

// pairs runs use cases beside each other, in every other run one of them through a
// second desk, as of another process.
type pairs struct {
	*shared
	other         *helpdesk.Desk
	uncached      *helpdesk.Desk // for what is compared afterwards
	api           http.Handler
	done, refused int
}

func (p *pairs) run(t *testing.T, first, second writing) {
	t.Helper()
	one := p.another(t)
	two, d := *one, *one.desk
	if two.desk = &d; p.desks%2 == 0 {
		d.Desk = p.other
	}
	stored := *one.desk
	stored.Desk = p.uncached
	tickets := []int64{one.full, one.other, one.merged[0], one.merged[1]}
	var before []recorded
	for _, id := range tickets {
		before = append(before, stored.recorded(t, id))
	}
	errs := together(
		func() error { return first.do(t.Context(), one) },
		func() error { return second.do(t.Context(), &two) },
		func() error { return p.read(t.Context(), one.full) })
	check(t, errs[2])
	for i, w := range []writing{first, second} {
		switch {
		case errs[i] == nil:
			p.done++
		case refused(errs[i]):
			p.refused++
		default:
			t.Errorf("%s: %v", w.name, errs[i])
		}
	}
	for i, id := range tickets {
		stored.replays(t, id, before[i])
		if got := p.get(t.Context(), "/api/tickets/"+strconv.FormatInt(id, 10)+"/"); got.Code == http.StatusOK {
			p.downloads(t, got.Body.Bytes())
		}
	}
	one.dismiss(t)
}

// get reads a path as the superuser.
func (p *pairs) get(ctx context.Context, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, "GET", path, nil)
	r.SetBasicAuth("admin", testdesk.Password("admin"))
	w := httptest.NewRecorder()
	p.api.ServeHTTP(w, r)
	return w
}

// read reads a ticket and a page of a list while they are being changed.
func (p *pairs) read(ctx context.Context, id int64) error {
	for _, path := range []string{"/api/tickets/" + strconv.FormatInt(id, 10) + "/", "/api/tickets/?page_size=3", "/api/custom-fields/"} {
		got := p.get(ctx, path)
		if got.Code >= 500 {
			return fmt.Errorf("%s: %d %s", path, got.Code, got.Body)
		}
		if err := testdesk.StrictJSON(got.Body.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// recorded is a ticket in the words of its history, and how long that was.
type recorded struct {
	state   map[string]string
	changes int
}

func (d *desk) recorded(t testing.TB, id int64) recorded {
	t.Helper()
	return recorded{states(d.thread(t, id).Thread), len(d.changes(t, id))}
}

// replays wants the records since then to lead from the state then to the state now,
// where the ticket still exists.
func (d *desk) replays(t testing.TB, id int64, then recorded) {
	t.Helper()
	now, err := d.Ticket(t.Context(), d.admin, id)
	if errors.Is(err, helpdesk.ErrNotFound) {
		return
	}
	check(t, err)
	state := func(field string) string {
		if s, ok := then.state[field]; ok {
			return s
		}
		return textOf(nil) // a field that was defined since
	}
	for _, c := range d.changes(t, id)[then.changes:] {
		if was := state(c.Field); was != textOf(c.OldValue) {
			t.Errorf("ticket %d, record %d: %s was %s, not %s", id, c.ID, c.Field, was, textOf(c.OldValue))
		}
		then.state[c.Field] = textOf(c.NewValue)
	}
	for field, stored := range states(now) {
		if state(field) != stored {
			t.Errorf("ticket %d: %s replays to %s, stored is %s", id, field, state(field), stored)
		}
	}
}

// These are what of the API's answers is looked at.
type (
	storedFile struct {
		ID, FollowUp, Size int64
		Path               string `json:"file"`
	}
	storedFollowUp struct {
		ID, Ticket int64
		User       *int64
		Files      []storedFile `json:"followupattachment_set"`
	}
	storedTicket struct {
		ID, Queue  int64
		AssignedTo *int64           `json:"assigned_to"`
		MergedTo   *int64           `json:"merged_to"`
		FollowUps  []storedFollowUp `json:"followup_set"`
	}
)

// downloads wants every file of a ticket whole.
func (p *pairs) downloads(t testing.TB, body []byte) {
	t.Helper()
	check(t, testdesk.StrictJSON(body))
	var n storedTicket
	check(t, json.Unmarshal(body, &n))
	for _, f := range n.FollowUps {
		for _, a := range f.Files {
			p.download(t, a)
		}
	}
}

func (p *pairs) download(t testing.TB, a storedFile) {
	t.Helper()
	if got := p.get(t.Context(), a.Path); got.Code != http.StatusOK || int64(got.Body.Len()) != a.Size {
		t.Errorf("%s: %d, %d bytes of %d", a.Path, got.Code, got.Body.Len(), a.Size)
	}
}

// everything looks at all that is stored.
func (p *pairs) everything(t *testing.T, files bool) {
	t.Helper()
	tickets, followUps := listed[storedTicket](t, p, "tickets"), listed[storedFollowUp](t, p, "followups")
	attachments := listed[storedFile](t, p, "followups-attachments")
	ticketIDs, followUpIDs := idsOf(tickets, func(n storedTicket) int64 { return n.ID }),
		idsOf(followUps, func(f storedFollowUp) int64 { return f.ID })
	type row struct{ ID int64 }
	id := func(r row) int64 { return r.ID }
	queues, users := idsOf(listed[row](t, p, "queues"), id), idsOf(listed[row](t, p, "users"), id)
	listed[row](t, p, "groups")
	listed[row](t, p, "custom-fields")
	for _, n := range tickets {
		if !queues[n.Queue] || n.AssignedTo != nil && !users[*n.AssignedTo] || n.MergedTo != nil && !ticketIDs[*n.MergedTo] {
			t.Errorf("ticket %d names what does not exist: %+v", n.ID, n)
		}
	}
	for _, f := range followUps {
		if !ticketIDs[f.Ticket] || f.User != nil && !users[*f.User] {
			t.Errorf("follow-up %d names what does not exist: %+v", f.ID, f)
		}
	}
	for _, a := range attachments {
		if !followUpIDs[a.FollowUp] {
			t.Errorf("attachment %d is on no follow-up", a.ID)
		}
		if files {
			p.download(t, a)
		}
	}
	all := p.Tickets(p.admin, helpdesk.TicketQuery{})
	equal(t, count(t, all), len(collect(t, all, 0, 0)))
	p.swept(t)
}

func idsOf[T any](rows []T, id func(T) int64) map[int64]bool {
	all := map[int64]bool{}
	for _, r := range rows {
		all[id(r)] = true
	}
	return all
}

// listed is a complete list, which is as long as it says.
func listed[T any](t testing.TB, p *pairs, name string) []T {
	t.Helper()
	got := p.get(t.Context(), "/api/"+name+"/")
	equal(t, got.Code, http.StatusOK)
	check(t, testdesk.StrictJSON(got.Body.Bytes()))
	var list struct {
		Count   int
		Results []T
	}
	check(t, json.Unmarshal(got.Body.Bytes(), &list))
	equal(t, len(list.Results), list.Count)
	return list.Results
}
