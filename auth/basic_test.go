package auth

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

// logins implements Logins with one user, and records the credentials it gets.
type logins struct {
	ada   *user.User
	err   error
	asked user.Credentials
}

func (l *logins) Login(_ context.Context, c user.Credentials) (*user.User, error) {
	l.asked = c
	if l.err != nil || c.Username != "ada" || c.Password != "secret" {
		return nil, l.err
	}
	return l.ada, nil
}

func request(username, password string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/api/tickets/", nil)
	r.SetBasicAuth(username, password)
	return r
}

func TestBasic(t *testing.T) {
	t.Parallel()
	ada := &user.User{Username: "Ada"}
	b := Basic(&logins{ada: ada})
	if id, err := b.Authenticate(request("ada", "secret")); id != (Identity{User: ada}) || err != nil {
		t.Errorf("%v, %v", id, err)
	}
	for _, r := range []*http.Request{request("ada", "secret "), request("", ""), request("eve", "secret")} {
		id, err := b.Authenticate(r)
		if rejected, ok := errors.AsType[*Rejected](err); !ok || rejected.Detail != "Invalid username/password." || id != (Identity{}) {
			t.Errorf("%v, %v", id, err)
		}
	}
	if _, err := b.Authenticate(httptest.NewRequest(http.MethodGet, "/", nil)); !errors.Is(err, ErrNoCredentials) {
		t.Errorf("without credentials: %v", err)
	}
}

func TestBasicCannotTell(t *testing.T) {
	t.Parallel()
	for _, err := range []error{errors.New("away"), user.ErrBusy, &Throttled{RetryAfter: time.Second}} {
		if id, got := Basic(&logins{err: err}).Authenticate(request("ada", "secret")); !errors.Is(got, err) || id != (Identity{}) {
			t.Errorf("%v, %v; want %v", id, got, err)
		}
	}
}

func TestBasicChallenge(t *testing.T) {
	t.Parallel()
	if got := Basic(&logins{}).Challenges(); !slices.Equal(got, []string{`Basic realm="api"`}) {
		t.Errorf("Challenges = %q", got)
	}
}

func TestBasicTellsTheClientsAddress(t *testing.T) {
	t.Parallel()
	l := &logins{}
	r := request("ada", "x")
	r.RemoteAddr = "192.0.2.1:4711"
	_, _ = Basic(l).Authenticate(r)
	if l.asked.Address != "192.0.2.1:4711" {
		t.Errorf("address %q", l.asked.Address)
	}
	_, _ = Basic(l).Authenticate(WithClientAddress(r, "198.51.100.7"))
	if l.asked != (user.Credentials{Username: "ada", Password: "x", Address: "198.51.100.7"}) {
		t.Errorf("asked for %+v", l.asked)
	}
}
