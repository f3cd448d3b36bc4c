package httpapi_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestATagBelongsToWhatIsShown: a part of an object has another tag than the whole, also one
// without custom fields, and a change of their definitions changes both.
func TestATagBelongsToWhatIsShown(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	path := "/api/tickets/" + number(a.ticket(t)) + "/"
	queries := []string{"", "?fields=id", "?fields=id,title", "?exclude=followup_set", "?fields=custom_company", "?exclude=custom_company"}
	tags := func() (all []string) {
		for _, query := range queries {
			tag := a.call(t, "staff", "GET", path+query, "").is(t, http.StatusOK, "").tagged(t)
			a.with(t, "If-None-Match", tag, "staff", "GET", path+query, "").is(t, http.StatusNotModified, "")
			if slices.Contains(all, tag) {
				t.Errorf("%s%s has the tag of other keys", path, query)
			}
			all = append(all, tag)
		}
		return all
	}
	for _, change := range []func(){
		func() { a.call(t, "staff", "PATCH", path, `{"description":"new"}`).is(t, http.StatusOK, "") },
		func() {
			const field = `{"name":"new","label":"New","data_type":"text"}`
			a.call(t, "admin", "POST", "/api/custom-fields/", field).is(t, http.StatusCreated, "")
		},
	} {
		before := tags()
		change()
		for i, tag := range tags() {
			if tag == before[i] {
				t.Errorf("%s%s kept its tag", path, queries[i])
			}
		}
	}
}

// TestAnObjectIsCreatedWithTheTagOfItsURL, whatever the query of the POST.
func TestAnObjectIsCreatedWithTheTagOfItsURL(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	created := a.call(t, "staff", "POST", "/api/tickets/?fields=id", `{"queue":1,"title":"x"}`).is(t, http.StatusCreated, "")
	equal(t, a.call(t, "staff", "GET", created.Header().Get("Location"), "").tagged(t), created.tagged(t))
}

// TestAReplayRepeatsTheTag of the body that it repeats: with it, the client changes what it
// has created, but not what somebody else has changed since.
func TestAReplayRepeatsTheTag(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{RequireIfMatch: true})
	const body = `{"queue":1,"title":"x"}`
	first := a.keyed(t, "staff", "k", "/api/tickets/", body).is(t, http.StatusCreated, "")
	path := first.Header().Get("Location")
	equal(t, a.call(t, "staff", "GET", path, "").tagged(t), first.tagged(t))
	again := a.keyed(t, "staff", "k", "/api/tickets/", body)
	again.replays(t, first)
	equal(t, again.tagged(t), first.tagged(t))
	a.with(t, "If-Match", again.tagged(t), "staff", "PATCH", path, `{"title":"y"}`).is(t, http.StatusOK, "")
	late := a.keyed(t, "staff", "k", "/api/tickets/", body)
	late.replays(t, first)
	a.with(t, "If-Match", late.tagged(t), "staff", "PATCH", path, `{"title":"z"}`).is(t, http.StatusPreconditionFailed, "")
}

// TestAnAnswerThatIsNotKeptHasNoTag when it is asked for again, since its body is not there.
func TestAnAnswerThatIsNotKeptHasNoTag(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	body := `{"queue":1,"title":"x","description":"` + strings.Repeat("x", 100*kilo) + `"}`
	first := a.keyed(t, "staff", "k", "/api/tickets/", body).is(t, http.StatusCreated, "")
	first.tagged(t)
	again := a.keyed(t, "staff", "k", "/api/tickets/", body).is(t, http.StatusConflict, "")
	again.has(t, "Location", first.Header().Get("Location")).untagged(t)
	a.keyed(t, "jane", "k", "/api/tokens/", `{"name":"x"}`).is(t, http.StatusCreated, "").untagged(t)
}

// lateFailing is a store that takes back what a transaction wrote.
type lateFailing struct{ storage.Store }

func (s lateFailing) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.Update(ctx, func(tx storage.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return storage.ErrBusy
	})
}

// TestAFailureHasNothingOfTheAnswer that was made before it: no tag, and no URL of an object
// that is not there.
func TestAFailureHasNothingOfTheAnswer(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a.keyed(t, "staff", "first", "/api/tickets/", `{"queue":1,"title":"x"}`).is(t, http.StatusCreated, "") // stores the key of digests
	failing := a.on(lateFailing{a.Store})
	got := failing.keyed(t, "staff", "k", "/api/tickets/", `{"queue":1,"title":"x"}`).is(t, http.StatusServiceUnavailable, "")
	got.has(t, "Location", "").untagged(t)
}

// TestANewFieldOfTheSameNameChangesTheTag, since the values of the old one are gone.
func TestANewFieldOfTheSameNameChangesTheTag(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	const field = `{"name":"new","label":"New","data_type":"text"}`
	mine := a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = new("jane@example.com") })
	seen := map[string]bool{}
	for _, empty := range []bool{false, true} {
		id := a.call(t, "admin", "POST", "/api/custom-fields/", field).is(t, http.StatusCreated, "").id(t)
		path, own := "/api/tickets/"+number(mine)+"/", "/api/user_tickets/"+number(mine)+"/"
		if !empty {
			a.call(t, "staff", "PATCH", path, `{"custom_new":"x"}`).is(t, http.StatusOK, "")
		}
		for _, got := range []*answer{a.call(t, "staff", "GET", path, ""), a.call(t, "jane", "GET", own, "")} {
			equal(t, got.object(t)["custom_new"] == nil, empty)
			if tag := got.tagged(t); seen[tag] {
				t.Errorf("%s: the tag of the old field", got.name)
			} else {
				seen[tag] = true
			}
		}
		a.call(t, "admin", "DELETE", "/api/custom-fields/"+id+"/", "").is(t, http.StatusNoContent, "")
	}
}
