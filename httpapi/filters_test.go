package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// newFiltered serves five tickets with the ids 1 to 5: 1 and 2 in the queue support, of
// which 1 is assigned to staff; 3 and 4 in the queue billing, of which 4 is merged into 1;
// 5 has a due date and values.
func newFiltered(t testing.TB, c httpapi.Config) *api {
	t.Helper()
	a := newAPI(t, c)
	staff, billing := a.Users["staff"].ID, a.Queues["billing"].ID
	a.ticket(t, func(n *ticket.Ticket) { n.Title, n.AssignedTo = "b", &staff })
	a.ticket(t, func(n *ticket.Ticket) { n.Title, n.Priority = "A", ticket.Critical })
	a.ticket(t, func(n *ticket.Ticket) { n.Title, n.QueueID = "a", billing; n.SubmitterEmail = new("Jane@Example.com") })
	a.ticket(t, func(n *ticket.Ticket) { n.Title, n.QueueID = "b,c", billing })
	a.ticket(t, func(n *ticket.Ticket) { n.DueDate = new(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)) })
	a.call(t, "staff", "PATCH", "/api/tickets/4/", `{"merged_to":1,"on_hold":true,"status":4}`).is(t, http.StatusOK, "")
	a.call(t, "staff", "PATCH", "/api/tickets/5/", `{"custom_company":"x, y","custom_seats":10,"custom_cost":"9.50","custom_tier":"gold",`+
		`"custom_start":"2026-01-02","custom_secret":"s","custom_vip":true}`).is(t, http.StatusOK, "")
	a.call(t, "staff", "PATCH", "/api/tickets/1/", `{"custom_seats":9,"custom_tier":"silver"}`).is(t, http.StatusOK, "")
	return a
}

func TestTicketsAreFiltered(t *testing.T) {
	t.Parallel()
	a := newFiltered(t, httpapi.Config{StrictQuery: true})
	all, none := []int64{1, 2, 3, 4, 5}, []int64(nil)
	me := number(a.Users["staff"].ID)
	for query, want := range map[string][]int64{
		"queue=support": {1, 2, 5}, "queue=" + number(a.Queues["billing"].ID): {3, 4}, "queue=support,billing": all,
		"queue=support&queue=billing": all, "queue=nothing": none, "queue=99": none, "queue=99999999999999999999": none, "queue=": all,
		"queue=,billing,": {3, 4}, "queue__not=billing": {1, 2, 5}, "queue__not=nothing": all, "queue=support&queue__not=support": none,
		"assigned_to=me": {1}, "assigned_to=" + me: {1}, "assigned_to=none": {2, 3, 4, 5}, "assigned_to=none,me": all,
		"assigned_to__not=me": {2, 3, 4, 5}, "assigned_to__not=none": {1}, "assigned_to=77": none,
		"priority=1": {2}, "priority=1,3": all, "priority__not=1": {1, 3, 4, 5},
		"on_hold=true": {4}, "on_hold=NO": {1, 2, 3, 5}, "on_hold__not=1": {1, 2, 3, 5},
		"submitter_email=jane@example.COM": {3}, "submitter_email=jane@example.com,x": none,
		"submitter_email=x&submitter_email=jane@example.com": {3}, "submitter_email__not=jane@example.com": {1, 2, 4, 5},
		"merged_to=1": {4}, "merged_to=none": {1, 2, 3, 5}, "merged_to=7": none, "merged_to__not=1": {1, 2, 3, 5},
		"id__in=5,2": {2, 5}, "id__in=1&id__in=3": {1, 3}, "id__in=77": none, "id__in=": all,
		"status=4": {4}, "status__not=closed": {1, 2, 3, 5}, "status=1&status=4": {4},
		"due_date__gt=2026-03-01": {5}, "due_date__gt=2026-03-01T10:00:00Z": none, "due_date__gte=2026-03-01T10:00": {5},
		"due_date__lt=2026-03-01T12:00%2B02:00": none, "due_date__lte=2026-03-01T12:00%2B02:00": {5}, "due_date__gte=": all,
		"due_date__isnull=true": {1, 2, 3, 4}, "due_date__isnull=0": {5}, "created__gte=2000-01-01": all, "created__lt=2000-01-01": none,
		"modified__gt=2000-01-01&modified__lte=2100-01-01": all, "created__gt=2100-01-01&created__gt=2000-01-01": all,
		"custom_company=x,%20y": {5}, "custom_company=x": none, "custom_company=x&custom_company=x,%20y": {5},
		"custom_company__not=x,%20y": {1, 2, 3, 4}, "custom_seats=10": {5}, "custom_seats=010.0": {5}, "custom_seats__isnull=false": {1, 5},
		"custom_seats__gt=9": {5}, "custom_seats__gte=9": {1, 5}, "custom_seats__lt=10": {1}, "custom_seats__lte=10": {1, 5},
		"custom_cost__gt=10": none, "custom_cost__lt=10": {5}, "custom_cost=9.5": {5}, "custom_tier=gold,silver": {1, 5},
		"custom_tier__not=gold": {1, 2, 3, 4}, "custom_start__lt=2026-1-3": {5}, "custom_secret=s": {5}, "custom_vip=yes": {5},
		"custom_company=": all, "custom_seats__gt=": all,
		"queue=support&status=1&assigned_to=none&priority=3": {5},
	} {
		if got := a.call(t, "staff", "GET", tickets+"?"+query, "").is(t, http.StatusOK, "").list(t); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
}

func TestTicketsAreSorted(t *testing.T) {
	t.Parallel()
	a := newFiltered(t, httpapi.Config{StrictQuery: true})
	for query, want := range map[string][]int64{
		"ordering=id": {1, 2, 3, 4, 5}, "ordering=-id": {5, 4, 3, 2, 1}, "ordering=": {1, 2, 3, 4, 5},
		"ordering=-id&ordering=id": {1, 2, 3, 4, 5},
		"ordering=title":           {2, 5, 3, 1, 4}, "ordering=-title": {4, 1, 3, 5, 2}, "ordering=priority": {2, 1, 3, 4, 5},
		"ordering=-priority": {5, 4, 3, 1, 2}, "ordering=-status": {4, 5, 3, 2, 1}, "ordering=due_date": {5, 1, 2, 3, 4},
		"ordering=-due_date": {5, 4, 3, 2, 1}, "ordering=assigned_to": {1, 2, 3, 4, 5}, "ordering=-assigned_to": {1, 5, 4, 3, 2},
		"ordering=-created": {5, 4, 3, 2, 1}, "ordering=modified": {2, 3, 4, 5, 1},
		"ordering=-id&page=2&page_size=2": {3, 2},
	} {
		if got := a.call(t, "staff", "GET", tickets+"?"+query, "").is(t, http.StatusOK, "").list(t); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
}

// TestAnImpossibleValueOfAFilterIsRefused in the words that a body gets, all at once.
func TestAnImpossibleValueOfAFilterIsRefused(t *testing.T) {
	t.Parallel()
	a := newFiltered(t, httpapi.Config{})
	const (
		noDatetime = `Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].`
		noPK       = `Incorrect type. Expected pk value, received str.`
		noSlug     = `Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.`
	)
	for query, want := range map[string]string{
		"queue=a%20b":                           `{"queue":["` + noSlug + `"]}`,
		"queue__not=%C3%A9":                     `{"queue__not":["` + noSlug + `"]}`,
		"assigned_to=Me":                        `{"assigned_to":["` + noPK + `"]}`,
		"assigned_to=-1,x":                      `{"assigned_to":["` + noPK + `"]}`,
		"merged_to=me":                          `{"merged_to":["` + noPK + `"]}`,
		"id__in=1,x":                            `{"id__in":["` + noPK + `"]}`,
		"priority=9":                            `{"priority":["\"9\" is not a valid choice."]}`,
		"priority=1,high":                       `{"priority":["\"high\" is not a valid choice."]}`,
		"on_hold=maybe":                         `{"on_hold":["Must be a valid boolean."]}`,
		"status__not=9":                         `{"status__not":["Select a valid choice. 9 is not one of the available choices."]}`,
		"submitter_email=%00":                   `{"submitter_email":["Null characters are not allowed."]}`,
		"created__gt=yesterday":                 `{"created__gt":["` + noDatetime + `"]}`,
		"due_date__lte=2026-01-01 x":            `{"due_date__lte":["` + noDatetime + `"]}`,
		"due_date__isnull=x":                    `{"due_date__isnull":["Must be a valid boolean."]}`,
		"modified__lt=0001-01-01T00:00%2B01:00": `{"modified__lt":["Datetime value out of range."]}`,
		"custom_seats=x":                        `{"custom_seats":["A valid integer is required."]}`,
		"custom_seats__gt=1.5":                  `{"custom_seats__gt":["A valid integer is required."]}`,
		"custom_tier=gold,iron":                 `{"custom_tier":["\"iron\" is not a valid choice."]}`,
		"custom_company=01234567890":            `{"custom_company":["Ensure this field has no more than 10 characters."]}`,
		"custom_vip__isnull=x":                  `{"custom_vip__isnull":["Must be a valid boolean."]}`,
		"ordering=colour":                       `{"ordering":["\"colour\" is not a valid choice."]}`,
		"ordering=--id":                         `{"ordering":["\"--id\" is not a valid choice."]}`,
		"ordering=id,title":                     `{"ordering":["\"id,title\" is not a valid choice."]}`,
		"priority=x&ordering=y&page=9": `{"ordering":["\"y\" is not a valid choice."],` +
			`"priority":["\"x\" is not a valid choice."]}`,
	} {
		query = strings.ReplaceAll(query, " ", "%20")
		a.call(t, "staff", "GET", tickets+"?"+query, "").is(t, http.StatusBadRequest, want)
	}
	many := "priority=" + strings.Repeat("1,", 1001)
	a.call(t, "staff", "GET", tickets+"?"+many, "").is(t, http.StatusBadRequest,
		detail("The parameter priority has more than 1000 values."))
}

// TestAFieldWinsOverASuffix of a parameter of another field.
func TestAFieldWinsOverASuffix(t *testing.T) {
	t.Parallel()
	a := newFiltered(t, httpapi.Config{})
	a.call(t, "admin", "POST", "/api/custom-fields/", `{"name":"seats__gte","label":"x","data_type":"varchar"}`).id(t)
	a.call(t, "staff", "PATCH", "/api/tickets/2/", `{"custom_seats__gte":"9"}`).is(t, http.StatusOK, "")
	for query, want := range map[string][]int64{
		"custom_seats__gte=9": {2}, "custom_seats__gte__not=9": {1, 3, 4, 5}, "custom_seats__gt=9": {5}, "custom_seats__gte__isnull=0": {2},
	} {
		got := a.call(t, "staff", "GET", tickets+"?"+query, "").is(t, http.StatusOK, "").has(t, "Ignored-Parameters", "").list(t)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", query, got, want)
		}
	}
	for _, name := range []string{"custom_company__gt", "custom_nothing", "custom_seats__in", "created", "assigned_to__isnull", "id__not"} {
		a.call(t, "staff", "GET", tickets+"?"+name+"=1", "").is(t, http.StatusOK, "").has(t, "Ignored-Parameters", name)
	}
}
