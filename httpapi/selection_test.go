package httpapi_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
)

// TestFieldsChooseTheKeysOfAnAnswer: their order stays, and those of lists and of single
// objects are the same.
func TestFieldsChooseTheKeysOfAnAnswer(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.call(t, "staff", "POST", tickets, `{"queue":1,"title":"x","custom_seats":7}`).id(t)
	for query, want := range map[string]string{
		"fields=id":                                   `{"id":1}`,
		"fields=title,id,status":                      `{"id":1,"title":"x","status":1}`,
		"fields=status&fields=id":                     `{"id":1,"status":1}`,
		"fields=,status,,":                            `{"status":1}`,
		"fields=custom_seats":                         `{"custom_seats":7}`,
		"fields=custom_seats,title":                   `{"title":"x","custom_seats":7}`,
		"fields=id,title,queue&exclude=title":         `{"id":1,"queue":1}`,
		"fields=id&exclude=id":                        `{}`,
		"fields=id,custom_seats&exclude=id":           `{"custom_seats":7}`,
		"fields=id&exclude=":                          `{"id":1}`,
		"fields=merged_to,custom_seats&exclude=queue": `{"merged_to":null,"custom_seats":7}`,
	} {
		a.call(t, "staff", "GET", "/api/tickets/1/?"+query, "").is(t, http.StatusOK, want)
		a.call(t, "staff", "GET", "/api/tickets/?"+query, "").is(t, http.StatusOK,
			`{"count":1,"next":null,"previous":null,"results":[`+want+`]}`)
	}
	whole := a.call(t, "staff", "GET", "/api/tickets/1/", "").Body.String()
	without := a.call(t, "staff", "GET", "/api/tickets/1/?exclude=id,title", "").Body.String()
	equal(t, without, strings.Replace(strings.Replace(whole, `"id":1,`, "", 1), `"title":"x",`, "", 1))
	for _, query := range []string{"", "?fields=", "?exclude=,", "?fields&exclude"} {
		a.call(t, "staff", "GET", "/api/tickets/1/"+query, "").is(t, http.StatusOK, whole)
	}
}

// TestAFieldThatIsUnknownIsRefused: staff-only fields are unknown to requesters, and
// fields that answers never have to everybody.
func TestAFieldThatIsUnknownIsRefused(t *testing.T) {
	t.Parallel()
	a := newPopulated(t, httpapi.Config{})
	for _, c := range []struct{ as, path, query, want string }{
		{"staff", "tickets/", "fields=id,colour", `{"fields":["\"colour\" is not a valid choice."]}`},
		{"staff", "tickets/1/", "exclude=ID&fields=x", `{"exclude":["\"ID\" is not a valid choice."],` +
			`"fields":["\"x\" is not a valid choice."]}`},
		{"staff", "tickets/", "fields=custom_nothing", `{"fields":["\"custom_nothing\" is not a valid choice."]}`},
		{"staff", "tickets/", "fields=custom_%3Cname%3E", `{"fields":["\"custom_\u003cname\u003e\" is not a valid choice."]}`},
		{"staff", "tickets/", "fields=attachment", `{"fields":["\"attachment\" is not a valid choice."]}`},
		{"staff", "users/", "fields=password", `{"fields":["\"password\" is not a valid choice."]}`},
		{"staff", "users/me/", "fields=password", `{"fields":["\"password\" is not a valid choice."]}`},
		{"jane", "user_tickets/", "fields=description", `{"fields":["\"description\" is not a valid choice."]}`},
		{"jane", "tokens/", "fields=secret", `{"fields":["\"secret\" is not a valid choice."]}`},
		{"staff", "tickets/1/history/", "exclude=custom_seats", `{"exclude":["\"custom_seats\" is not a valid choice."]}`},
	} {
		got := a.call(t, c.as, "GET", "/api/"+c.path+"?"+c.query, "").is(t, http.StatusBadRequest, "")
		want := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(c.want)
		equal(t, strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(got.Body.String()), want)
	}
}

// TestFieldsOfEveryList: each list and each object takes the choice.
func TestFieldsOfEveryList(t *testing.T) {
	t.Parallel()
	a := newPopulated(t, httpapi.Config{})
	a.call(t, "staff", "PATCH", "/api/tickets/1/", `{"title":"y"}`).is(t, http.StatusOK, "") // for the history
	a.open(t, "support")
	for _, rt := range routes {
		if !strings.HasPrefix(rt.allow, "GET") || strings.HasSuffix(rt.path, "/download/") || rt.path == "/api/" {
			continue
		}
		got := a.call(t, rt.reader, "GET", rt.path+"?fields=id", "").is(t, http.StatusOK, "").has(t, "Ignored-Parameters", "").object(t)
		if list, ok := got["results"].([]any); ok {
			if len(list) == 0 {
				t.Fatalf("%s is empty", rt.path)
			}
			got = list[0].(map[string]any)
		}
		if len(got) != 1 || got["id"] == nil {
			t.Errorf("%s: got %v", rt.path, got)
		}
	}
}

// TestFieldsOfALongConversation: it is streamed between the keys that are chosen.
func TestFieldsOfALongConversation(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := a.ticket(t)
	long := strings.Repeat("x", 100<<10)
	for range 8 {
		a.reply(t, &followup.FollowUp{TicketID: id, Comment: &long})
	}
	path := "/api/tickets/" + number(id) + "/"
	whole := a.call(t, "staff", "GET", path, "").is(t, http.StatusOK, "").object(t)
	for query, keys := range map[string][]string{
		"fields=followup_set":                 {"followup_set"},
		"fields=followup_set,id":              {"id", "followup_set"},
		"fields=followup_set,custom_seats":    {"followup_set", "custom_seats"},
		"fields=id,custom_seats":              {"id", "custom_seats"},
		"fields=custom_seats,followup_set,id": {"id", "followup_set", "custom_seats"},
	} {
		got := a.call(t, "staff", "GET", path+"?"+query, "").is(t, http.StatusOK, "")
		want := map[string]any{}
		for _, key := range keys {
			want[key] = whole[key]
		}
		if !reflect.DeepEqual(got.object(t), want) || !strings.HasPrefix(got.Body.String(), `{"`+keys[0]+`"`) {
			t.Errorf("%s: got %s", query, clip(got.Body.Bytes()))
		}
	}
}
