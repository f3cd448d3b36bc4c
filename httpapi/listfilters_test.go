package httpapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// selected compares what queries select, in the order of the answer.
func (a *api) selected(t *testing.T, as, path string, queries map[string][]int64) {
	t.Helper()
	for query, want := range queries {
		got := a.call(t, as, "GET", "/api/"+path+"/?"+query, "").is(t, http.StatusOK, "")
		if ids := got.list(t); !slices.Equal(ids, want) {
			t.Errorf("%s?%s: got %v, want %v", path, query, ids, want)
		}
		if count := got.object(t)["count"]; count != float64(len(want)) {
			t.Errorf("%s?%s: count %v, want %d", path, query, count, len(want))
		}
		forward, back := a.walk(t, listed{as, path + "/?" + query}, 2, func() {})
		if !slices.Equal(forward, want) || !slices.Equal(back, want) {
			t.Errorf("%s?%s: by cursor %v, and back %v, want %v", path, query, forward, back, want)
		}
	}
}

// TestFollowUpsAreFiltered has the opening of each of two tickets, and four replies.
func TestFollowUpsAreFiltered(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{StrictQuery: true})
	x, y := a.ticket(t), a.ticket(t)
	comment := "c"
	open := a.call(t, "staff", "GET", "/api/followups/", "").list(t)
	ids := []int64{
		a.reply(t, &followup.FollowUp{TicketID: x, Comment: &comment, Public: true}).ID,
		a.reply(t, &followup.FollowUp{TicketID: x, Comment: &comment, NewStatus: new(ticket.Resolved)}).ID,
		a.reply(t, &followup.FollowUp{TicketID: y, Comment: &comment, Public: true, NewStatus: new(ticket.Closed)}).ID,
	}
	byAdmin, err := a.Reply(t.Context(), a.Users["admin"], &followup.FollowUp{TicketID: y, Comment: &comment})
	check(t, err)
	all := slices.Concat(open, ids, []int64{byAdmin.ID})
	back := slices.Clone(all)
	slices.Reverse(back)
	date := a.call(t, "staff", "GET", "/api/followups/"+number(ids[0])+"/", "").object(t)["date"].(string)
	at := strings.ReplaceAll(date, "+", "%2B")
	var private []int64
	for _, f := range a.call(t, "staff", "GET", "/api/followups/", "").object(t)["results"].([]any) {
		if f.(map[string]any)["public"] == false {
			private = append(private, int64(f.(map[string]any)["id"].(float64)))
		}
	}
	public := slices.DeleteFunc(slices.Clone(all), func(id int64) bool { return slices.Contains(private, id) })
	equal(t, slices.Contains(public, ids[0]) && !slices.Contains(public, ids[1]), true)
	a.selected(t, "staff", "followups", map[string][]int64{
		"": all, "ticket=" + number(x): {open[0], ids[0], ids[1]}, "ticket=" + number(y): {open[1], ids[2], byAdmin.ID},
		fmt.Sprintf("ticket=%d,%d", x, y): all, fmt.Sprintf("ticket=%d&ticket=%d", x, y): all, "ticket=99": nil, "ticket=": all,
		"ticket=99999999999999999999": nil, "ticket__not=" + number(y): {open[0], ids[0], ids[1]},
		"user=me": slices.Concat(open, ids), "user__not=me": {byAdmin.ID}, "user=" + number(a.Users["admin"].ID): {byAdmin.ID},
		"user=none": nil, "user__not=none": all, "user=77": nil,
		"public=true": public, "public=0": private, "public__not=true": private, "public=1,0": all, "public=1&public__not=1": nil,
		"new_status=3": {ids[1]}, "new_status=3,4": {ids[1], ids[2]}, "new_status=3&new_status__not=3": nil,
		"new_status__not=3": slices.DeleteFunc(slices.Clone(all), func(id int64) bool { return id == ids[1] }),
		"date__gte=" + at:   all[2:], "date__gt=" + at: all[3:], "date__lt=" + at: all[:2], "date__lte=" + at: all[:3],
		"date__lt=2000-01-01": nil, "ordering=date": all, "ordering=-date": back, "ordering=id": all, "ordering=-id": back,
		"ordering=-id&ticket=" + number(x) + "&public=true": slices.DeleteFunc(slices.Clone(back), func(id int64) bool {
			return !slices.Contains(public, id) || !slices.Contains([]int64{open[0], ids[0], ids[1]}, id)
		}),
	})
}

func TestUsersAndGroupsAreFiltered(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{StrictQuery: true})
	var all, staff, requesters, active, inactive []int64
	names := map[int64]string{}
	for u, err := range a.Desk.Desk.Users(a.Users["admin"], helpdesk.UserQuery{}).All(t.Context()) {
		check(t, err)
		all = append(all, u.ID)
		names[u.ID] = u.Username
		if u.Active {
			active = append(active, u.ID)
		} else {
			inactive = append(inactive, u.ID)
		}
		if u.Staff {
			staff = append(staff, u.ID)
		} else {
			requesters = append(requesters, u.ID)
		}
	}
	byName := slices.Clone(all)
	slices.SortFunc(byName, func(a, b int64) int { return strings.Compare(names[a], names[b]) })
	nameless := slices.Clone(byName)
	slices.Reverse(nameless)
	jane := a.Users["jane"]
	others := slices.DeleteFunc(slices.Clone(all), func(id int64) bool { return id == jane.ID })
	a.selected(t, "admin", "users", map[string][]int64{
		"": all, "username=JANE": {jane.ID}, "username=jane&username=nobody": {jane.ID}, "username=jane,staff": nil, "username=": all,
		"username__not=jane": others, "email=" + strings.ToUpper(jane.Email): {jane.ID}, "email=x@y.z": nil,
		"email__not=" + jane.Email: others, "is_staff=true": staff, "is_staff=0": requesters, "is_staff__not=yes": requesters,
		"is_active=false": inactive, "is_active=true": active, "is_active=true&is_active__not=true": nil,
		"is_active__not=true": inactive, "ordering=username": byName, "ordering=-username": nameless, "ordering=id": all,
	})
	var groups []int64
	for _, name := range []string{"b", "a", "a,b"} {
		g, err := a.CreateGroup(t.Context(), helpdesk.System(), &user.Group{Name: name})
		check(t, err)
		groups = append(groups, g.ID)
	}
	b, c, d := groups[0], groups[1], groups[2]
	a.selected(t, "admin", "groups", map[string][]int64{
		"name=a": {c}, "name=a,b": {d}, "name=a&name=b": {b, c}, "name=A": nil, "name=x": nil, "ordering=name": {c, d, b},
		"ordering=-name": {b, d, c}, "ordering=-id": {d, c, b}, "name__not=a": {b, d}, "name=a&name=b&ordering=name": {c, b},
	})
}

func TestSettingsAreFiltered(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{StrictQuery: true})
	all := a.call(t, "admin", "GET", "/api/queues/", "").list(t)
	support, billing := a.Queues["support"].ID, a.Queues["billing"].ID
	a.selected(t, "admin", "queues", map[string][]int64{
		"": all, "slug=support": {support}, "slug=support,billing": {support, billing}, "slug=support&slug=billing": {support, billing},
		"slug=x": nil, "slug=Support": nil, "slug__not=support": slices.DeleteFunc(slices.Clone(all),
			func(id int64) bool { return id == support }),
	})
	company := a.fieldNamed(t, "company")
	fields := a.call(t, "admin", "GET", "/api/custom-fields/", "").list(t)
	a.selected(t, "admin", "custom-fields", map[string][]int64{
		"": fields, "name=company": {company}, "name=nothing": nil,
		"name__not=company": slices.DeleteFunc(slices.Clone(fields), func(id int64) bool { return id == company }),
	})
}

// TestRequestersFilterTheirTickets by what they see, and never find those of others.
func TestRequestersFilterTheirTickets(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{StrictQuery: true})
	mine := func(n *ticket.Ticket) { n.SubmitterEmail = &a.Users["jane"].Email }
	x := a.ticket(t, mine)
	y := a.ticket(t, mine, func(n *ticket.Ticket) { n.QueueID = a.Queues["billing"].ID })
	z := a.ticket(t, mine, func(n *ticket.Ticket) { n.DueDate = new(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)) })
	a.ticket(t)
	a.call(t, "staff", "PATCH", "/api/tickets/"+number(x)+"/", `{"status":4}`).is(t, http.StatusOK, "")
	all := []int64{z, y, x}
	a.selected(t, "jane", "user_tickets", map[string][]int64{
		"": all, "status=closed": {x}, "status=4,1": all, "status=open&status=4": all, "status__not=4": {z, y}, "status=2": nil,
		"queue=billing": {y}, "queue=support,billing": all, "queue__not=billing": {z, x}, "queue=99": nil, "queue=nothing": nil,
		"created__gt=2000-01-01": all, "created__lte=2000-01-01": nil, "due_date__gte=2026-03-01T10:00": {z},
		"due_date__lt=2026-03-01T10:00": nil, "due_date__isnull=true": {y, x},
	})
	for _, name := range []string{
		"priority", "assigned_to", "submitter_email", "merged_to", "on_hold", "id__in", "modified__gt", "custom_secret", "custom_company",
		"ordering", "queue__isnull",
	} {
		a.call(t, "jane", "GET", "/api/user_tickets/?"+name+"=1", "").is(t, http.StatusBadRequest,
			`{"`+name+`":["There is no such parameter."]}`)
	}
}

func TestImpossibleValuesOfOtherFilters(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const (
		noPK       = `Incorrect type. Expected pk value, received str.`
		noSlug     = `Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.`
		noBoolean  = `Must be a valid boolean.`
		noDatetime = `Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].`
	)
	for _, c := range []struct{ path, name, v, want string }{
		{"followups", "ticket", "x", noPK}, {"followups", "user__not", "Me", noPK}, {"followups", "public", "maybe", noBoolean},
		{"followups", "new_status", "9", `\"9\" is not a valid choice.`}, {"followups", "date__gt", "now", noDatetime},
		{"followups", "ordering", "title", `\"title\" is not a valid choice.`},
		{"users", "is_staff", "x", noBoolean}, {"users", "username", "%00", `Null characters are not allowed.`},
		{"users", "ordering", "email", `\"email\" is not a valid choice.`},
		{"groups", "ordering", "users", `\"users\" is not a valid choice.`},
		{"groups", "name__not", "%00", `Null characters are not allowed.`}, {"queues", "slug", "a%20b", noSlug},
		{"custom-fields", "name", "%C3%A9", noSlug}, {"user_tickets", "queue", "a%20b", noSlug},
		{"user_tickets", "status", "9", `Select a valid choice. 9 is not one of the available choices.`},
		{"user_tickets", "created__lt", "x", noDatetime}, {"user_tickets", "due_date__isnull", "x", noBoolean},
	} {
		path := "/api/" + c.path + "/?" + c.name + "="
		a.call(t, "admin", "GET", path+c.v, "").is(t, http.StatusBadRequest, `{"`+c.name+`":["`+c.want+`"]}`)
		a.call(t, "admin", "HEAD", path+c.v, "").is(t, http.StatusBadRequest, "")
		a.call(t, "admin", "GET", path, "").is(t, http.StatusOK, "").has(t, "Ignored-Parameters", "")
		a.call(t, "admin", "GET", path+"&x=1", "").is(t, http.StatusOK, "").has(t, "Ignored-Parameters", "x")
	}
}

// TestFiltersOfFollowUpsStayInScope: a ticket in a queue that was granted to nobody is
// like one that does not exist.
func TestFiltersOfFollowUpsStayInScope(t *testing.T) {
	t.Parallel()
	d := testdesk.New(t, helpdesk.Config{Policy: helpdesk.DefaultPolicy{PerQueue: true}})
	a := serve(d, &logbook{}, httpapi.Config{})
	staff := a.Users["staff"].ID
	_, err := a.UpdateUser(t.Context(), helpdesk.System(), staff, func(u *user.User) error {
		u.Queues = []int64{a.Queues["support"].ID}
		return nil
	})
	check(t, err)
	var tickets, openings []int64
	for _, queue := range []string{"support", "billing"} {
		n, err := a.CreateTicket(t.Context(), a.Users["admin"], &ticket.Ticket{QueueID: a.Queues[queue].ID, Title: "x"})
		check(t, err)
		tickets = append(tickets, n.ID)
	}
	openings = a.call(t, "admin", "GET", "/api/followups/", "").list(t)
	equal(t, len(openings), 2)
	seen := openings[:1]
	a.selected(t, "staff", "followups", map[string][]int64{
		"": seen, "ticket=" + number(tickets[0]): seen, "ticket=" + number(tickets[1]): nil, "ticket__not=" + number(tickets[0]): nil,
		"user=" + number(a.Users["admin"].ID): seen, "public=true,false": seen,
	})
}
