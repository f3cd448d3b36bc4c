package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// TestWhatAnAuthenticatorSaysIsAnswered, on the open root too.
func TestWhatAnAuthenticatorSaysIsAnswered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err                  error
		status               int
		detail, after, asks  string
		logged               string
		withoutOnTheOpenRoot bool
	}{
		{auth.ErrNoCredentials, 401, "Authentication credentials were not provided.", "", `Basic realm="api"`, "", true},
		{&auth.Rejected{Detail: "Wrong."}, 401, "Wrong.", "", `Basic realm="api"`, "", false},
		{&auth.Forbidden{Detail: "CSRF Failed."}, 403, "CSRF Failed.", "", "", "", false},
		{&auth.Throttled{RetryAfter: 1500 * time.Millisecond}, 429, "Request was throttled. Expected available in 2 seconds.", "2", "",
			"", false},
		{&auth.Throttled{}, 429, "Request was throttled. Expected available in 1 seconds.", "1", "", "", false},
		{storage.ErrBusy, 503, "The server is busy. Please try again.", "1", "", "WARN helpdesk: database busy", false},
		{user.ErrBusy, 503, "The server is busy. Please try again.", "1", "", "", false},
	} {
		who := func(*http.Request) (auth.Identity, error) { return auth.Identity{}, fmt.Errorf("wrapped: %w", c.err) }
		a := newAPI(t, httpapi.Config{})
		a = serve(a.Desk, a.log, httpapi.Config{Authenticator: auth.Chain(auth.Func(who), auth.Basic(a.Desk))})
		for _, path := range []string{"/api/tickets/", "/api/"} {
			if path == "/api/" && c.withoutOnTheOpenRoot {
				a.call(t, "", "GET", path, "").is(t, http.StatusOK, "")
				continue
			}
			a.call(t, "", "GET", path, "").is(t, c.status, detail(c.detail)).has(t, "Retry-After", c.after).has(t, "WWW-Authenticate",
				c.asks)
			if c.logged == "" {
				a.log.is(t)
			} else {
				a.log.is(t, c.logged+" method=GET path="+path+" error=wrapped: "+c.err.Error())
			}
		}
	}
}

// TestAnIdentityOfNobodyOrTwoIsTheHostsMistake, and nobody gets in.
func TestAnIdentityOfNobodyOrTwoIsTheHostsMistake(t *testing.T) {
	t.Parallel()
	for _, id := range []auth.Identity{{},
		{User: &user.User{ID: 1, Active: true, Superuser: true}, External: &user.External{ID: "17", Username: "ada"}}} {
		a := newAPI(t, httpapi.Config{})
		a = serve(a.Desk, a.log,
			httpapi.Config{Authenticator: auth.Chain(auth.Func(func(*http.Request) (auth.Identity, error) { return id, nil }),
				auth.Basic(a.Desk))})
		unchanged := a.unchanged(t)
		for _, path := range []string{"/api/tickets/", "/api/"} {
			a.call(t, "", "GET", path, "").is(t, http.StatusInternalServerError, detail("Server error."))
			a.log.is(t, "ERROR helpdesk: request failed method=GET path="+path+" error="+auth.ErrIdentity.Error())
		}
		unchanged()
	}
}

// TestTheChallengesAreOneHeader, those of every scheme.
func TestTheChallengesAreOneHeader(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	a = serve(a.Desk, a.log, httpapi.Config{Authenticator: auth.Chain(auth.Basic(a.Desk), auth.Bearer(a.Desk))})
	const want = `Basic realm="api", Bearer realm="api"`
	for _, authorization := range []string{"", "Basic Og==", "Bearer hd_x", "Digest x"} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/tickets/", nil)
		r.Header.Set("Authorization", authorization)
		w := a.do(t, "", r).is(t, http.StatusUnauthorized, "")
		if got := w.Header().Values("WWW-Authenticate"); len(got) != 1 || got[0] != want {
			t.Errorf("%q: WWW-Authenticate %q", authorization, got)
		}
	}
}

// TestGuessesAreThrottled over HTTP, where the password is that of nobody.
func TestGuessesAreThrottled(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	throttled := 0
	for range 60 {
		if a.send(t, "nobody", "GET", "/api/tickets/", "", "").Code == http.StatusTooManyRequests {
			throttled++
		}
	}
	if throttled == 0 {
		t.Error("sixty guesses were looked at")
	}
}

// TestAUserOfTheHostWhoCannotBeOneIsRefused, and the host is told why.
func TestAUserOfTheHostWhoCannotBeOneIsRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	e := &user.External{ID: "17", Username: "ada lovelace"}
	a = serve(a.Desk, a.log, httpapi.Config{Authenticator: auth.Func(func(*http.Request) (auth.Identity,
		error) {
		return auth.Identity{External: e}, nil
	})})
	unchanged := a.unchanged(t)
	a.call(t, "", "GET", "/api/users/me/", "").is(t, http.StatusForbidden,
		detail("Your account cannot be used here. Please tell the people who run this site."))
	a.log.is(t, "WARN helpdesk: user of the host refused method=GET path=/api/users/me/ error=helpdesk: invalid username: not a username")
	unchanged()
	e.Username = "ada"
	a.call(t, "", "GET", "/api/users/me/", "").is(t, http.StatusOK,
		`{"first_name":"","last_name":"","username":"ada","email":"","id":6,"is_staff":false,"is_superuser":false,"is_active":true,`+
			`"email_verified":false}`)
}
