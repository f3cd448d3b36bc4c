package httpapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// listed is a list over HTTP, with who reads it.
type listed struct{ as, path string }

var allLists = []listed{
	{"staff", "tickets/?"}, {"staff", "tickets/?ordering=-title"}, {"staff", "tickets/?ordering=due_date&queue=support,billing"},
	{"jane", "user_tickets/?"}, {"jane", "user_tickets/1/followups/?"}, {"jane", "user_tickets/queues/?"},
	{"jane", "user_tickets/custom-fields/?"}, {"staff", "followups/?"}, {"staff", "followups/?ordering=-date&user=me"},
	{"admin", "users/?ordering=-username"},
	{"admin", "groups/?ordering=-name"}, {"staff", "followups-attachments/?"},
	{"staff", "tickets/1/history/?"}, {"admin", "users/?"}, {"admin", "groups/?"}, {"admin", "queues/?"}, {"admin", "custom-fields/?"},
	{"admin", "tokens/?"},
}

// newLists serves at least three elements of every list.
func newLists(t *testing.T) *api {
	t.Helper()
	a := newFiltered(t, httpapi.Config{})
	ctx := t.Context()
	for i := range 3 {
		name := fmt.Sprintf("more%d", i)
		_, err := a.CreateQueue(ctx, helpdesk.System(), &ticket.Queue{Title: name, Slug: name, AllowPublicSubmission: true})
		check(t, err)
		_, err = a.CreateGroup(ctx, helpdesk.System(), &user.Group{Name: name})
		check(t, err)
		_, _, err = a.CreateToken(ctx, a.Users["admin"], &user.Token{UserID: a.Users["admin"].ID, Name: name})
		check(t, err)
		a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = &a.Users["jane"].Email })
		a.reply(t, &followup.FollowUp{TicketID: 1, Public: true, Comment: &name}, file(name+".txt", name))
	}
	a.call(t, "staff", "PATCH", "/api/tickets/1/", `{"submitter_email":"`+a.Users["jane"].Email+`"}`).is(t, http.StatusOK, "")
	return a
}

// page asks for a page of a list by its URL, and returns it with its ids.
func (a *api) page(t *testing.T, as, url string) (ids []int64, next, previous string) {
	t.Helper()
	got := a.call(t, as, "GET", strings.TrimPrefix(url, "http://example.com"), "").is(t, http.StatusOK, "")
	o := got.object(t)
	if _, counted := o["count"]; counted {
		t.Errorf("%s: the page has a count", url)
	}
	next, _ = o["next"].(string)
	previous, _ = o["previous"].(string)
	var links []string
	if next != "" {
		links = append(links, "<"+next+`>; rel="next"`)
	}
	if previous != "" {
		links = append(links, "<"+previous+`>; rel="prev"`)
	}
	got.has(t, "Link", strings.Join(links, ", "))
	return got.list(t), next, previous
}

// walk follows the links of a list, forward and back, and calls between before each page.
func (a *api) walk(t *testing.T, l listed, size int, between func()) (forward, back []int64) {
	t.Helper()
	url := fmt.Sprintf("/api/%s&cursor=&page_size=%d", l.path, size)
	last, pages := url, 0
	for ; url != "" && pages < 1000; pages++ {
		between()
		ids, next, _ := a.page(t, l.as, url)
		forward = append(forward, ids...)
		last, url = url, next
	}
	for url = last; url != "" && pages > -1000; pages-- {
		between()
		ids, _, previous := a.page(t, l.as, url)
		back = slices.Concat(ids, back)
		url = previous
	}
	return forward, back
}

// TestEveryListIsReadByCursor: a client that follows the links sees what the plain list
// has, in either direction.
func TestEveryListIsReadByCursor(t *testing.T) {
	t.Parallel()
	a := newLists(t)
	for _, l := range allLists {
		want := a.call(t, l.as, "GET", "/api/"+l.path, "").is(t, http.StatusOK, "").list(t)
		if len(want) < 3 {
			t.Errorf("%s has only %d elements", l.path, len(want))
		}
		for _, size := range []int{1, 2, len(want), 5000} {
			forward, back := a.walk(t, l, size, func() {})
			if !slices.Equal(forward, want) || !slices.Equal(back, want) {
				t.Errorf("%s by %d: got %v and back %v, want %v", l.path, size, forward, back, want)
			}
		}
	}
}

// TestAListByCursorWhileOthersWrite has what nobody touches exactly once.
func TestAListByCursorWhileOthersWrite(t *testing.T) {
	t.Parallel()
	a, n := newLists(t), 0
	for _, l := range allLists {
		still := a.call(t, l.as, "GET", "/api/"+l.path, "").list(t)
		between := func() {
			n++
			name := fmt.Sprintf("w%d", n)
			queue, err := a.CreateQueue(t.Context(), helpdesk.System(), &ticket.Queue{Title: name, Slug: name, AllowPublicSubmission: true})
			check(t, err)
			group, err := a.CreateGroup(t.Context(), helpdesk.System(), &user.Group{Name: name})
			check(t, err)
			id := a.ticket(t, func(n *ticket.Ticket) { n.Title, n.SubmitterEmail = "aa", &a.Users["jane"].Email })
			f := a.reply(t, &followup.FollowUp{TicketID: 1, Public: true, Comment: &name}, file("aa.txt", name))
			if n%3 != 0 {
				check(t, a.DeleteQueue(t.Context(), helpdesk.System(), queue.ID))
				check(t, a.DeleteGroup(t.Context(), helpdesk.System(), group.ID))
				check(t, a.DeleteTicket(t.Context(), helpdesk.System(), id))
				check(t, a.DeleteFollowUp(t.Context(), helpdesk.System(), f.ID))
			}
		}
		known := func(ids []int64) (old []int64) {
			for _, id := range ids {
				if slices.Contains(still, id) {
					old = append(old, id)
				}
			}
			return old
		}
		forward, back := a.walk(t, l, 4, between)
		if !slices.Equal(known(forward), still) || !slices.Equal(known(back), still) {
			t.Errorf("%s: got %v and back %v, want %v among them", l.path, forward, back, still)
		}
	}
}

// TestACursorIsBoundToItsList: another filter, order, list or account makes it invalid,
// and so does a change of any character.
func TestACursorIsBoundToItsList(t *testing.T) {
	t.Parallel()
	a := newLists(t)
	const list = "/api/tickets/?ordering=-created&queue=support"
	_, next, _ := a.page(t, "staff", list+"&cursor=&page_size=2")
	_, cursor, ok := strings.Cut(next, "cursor=")
	cursor, _, _ = strings.Cut(cursor, "&")
	equal(t, ok, true)
	for _, query := range []string{
		"&page_size=3", "&page_size=1&fields=id", "&exclude=title", "&count=false",
	} {
		a.call(t, "staff", "GET", list+"&cursor="+cursor+query, "").is(t, http.StatusOK, "")
	}
	invalid := func(as, url string) {
		t.Helper()
		a.call(t, as, "GET", url, "").is(t, http.StatusNotFound, detail("Invalid cursor."))
		a.call(t, as, "HEAD", url, "").is(t, http.StatusNotFound, "")
	}
	for _, url := range []string{
		tickets + "?queue=support", tickets + "?ordering=created&queue=support", tickets + "?ordering=-created",
		tickets + "?ordering=-created&queue=billing", list + "&status=1", list + "&ordering=id", list + "&queue=billing",
		list + "&custom_tier=gold", "/api/followups/?", "/api/users/?", "/api/followups/?ordering=-date",
	} {
		invalid("staff", url+"&cursor="+cursor)
	}
	invalid("admin", list+"&cursor="+cursor)
	for i := range cursor {
		other := byte('A')
		if cursor[i] == other {
			other = 'B'
		}
		invalid("staff", list+"&cursor="+cursor[:i]+string(other)+cursor[i+1:])
	}
	for _, text := range []string{"x", cursor[:16], cursor[16:], cursor + "A", cursor[:len(cursor)-1], "%00", "%FF", cursor + "%3D"} {
		invalid("staff", list+"&cursor="+text)
	}
	a.call(t, "staff", "GET", list+"&page=1&cursor="+cursor, "").is(t, http.StatusBadRequest,
		detail("A list is read either by page or by cursor."))
	a.call(t, "jane", "GET", list+"&cursor="+cursor, "").is(t, http.StatusForbidden, "")
}

// TestPermissionsAreCheckedOnEveryPage of a list that is read by cursor.
func TestPermissionsAreCheckedOnEveryPage(t *testing.T) {
	t.Parallel()
	a := newLists(t)
	_, next, _ := a.page(t, "staff", "/api/tickets/?cursor=&page_size=1")
	_, err := a.UpdateUser(t.Context(), helpdesk.System(), a.Users["staff"].ID, func(u *user.User) error {
		u.Staff = false
		return nil
	})
	check(t, err)
	a.call(t, "staff", "GET", strings.TrimPrefix(next, "http://example.com"), "").is(t, http.StatusForbidden, "")
}
