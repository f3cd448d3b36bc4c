package auth

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-helpdesk/helpdesk/user"
)

// people are Users in memory.
type people struct {
	hasher user.Hasher
	err    error // of FindUser
	asked  atomic.Int32

	mu    sync.Mutex
	byKey map[string]user.User
}

func newPeople() *people {
	p := &people{byKey: map[string]user.User{}}
	p.hasher.Params = user.Params{Memory: 8, Time: 1, Threads: 1}
	return p
}

func (p *people) FindUser(_ context.Context, username string) (*user.User, error) {
	p.asked.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	u, found := p.byKey[user.Key(username)]
	if !found || p.err != nil {
		return nil, p.err
	}
	return &u, nil
}

func (p *people) Passwords() *user.Hasher { return &p.hasher }

// put stores a user, with a fresh hash of the password.
func (p *people) put(tb testing.TB, username, password string, active bool) {
	tb.Helper()
	encoded, err := p.hasher.Hash(tb.Context(), password)
	if err != nil {
		tb.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.byKey[user.Key(username)] = user.User{Username: username, PasswordHash: encoded, Active: active}
}

// counted is Basic that counts the hashes computed, and those of nobody.
func counted(p *people) (b *BasicAuthenticator, computed, nobody *atomic.Int32) {
	b, computed, nobody = Basic(p), new(atomic.Int32), new(atomic.Int32)
	verify := b.verify
	b.verify = func(ctx context.Context, encoded, password string) (bool, error) {
		computed.Add(1)
		if encoded == "" {
			nobody.Add(1)
		}
		return verify(ctx, encoded, password)
	}
	return b, computed, nobody
}

func request(username, password string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/api/tickets/", nil)
	r.SetBasicAuth(username, password)
	return r
}

// login is "in", "wrong", or the error.
func login(b *BasicAuthenticator, username, password string) string {
	return outcome(b, request(username, password))
}

// outcome is "in", "wrong", or the error.
func outcome(b *BasicAuthenticator, r *http.Request) string {
	id, err := b.Authenticate(r)
	username, _, _ := r.BasicAuth()
	rejected, ok := errors.AsType[*Rejected](err)
	switch {
	case ok && id.User == nil && rejected.Detail == "Invalid username/password.":
		return "wrong"
	case err != nil:
		return err.Error()
	case user.Key(id.User.Username) != user.Key(username):
		return "taken for " + id.User.Username
	}
	return "in"
}

func TestBasic(t *testing.T) {
	t.Parallel()
	p := newPeople()
	p.put(t, "Ada", "secret", true)
	p.put(t, "gone", "secret", false)
	p.byKey["never"] = user.User{Username: "never", Active: true} // has no password
	for _, test := range []struct{ username, password, want string }{
		{"Ada", "secret", "in"},
		{"ada", "secret", "in"},
		{"ＡＤＡ", "secret", "in"},
		{"Ada", "Secret", "wrong"},
		{"Ada", "secret ", "wrong"},
		{"Ada", "", "wrong"},
		{" Ada", "secret", "wrong"},
		{"nobody", "secret", "wrong"},
		{"", "", "wrong"},
		{"gone", "secret", "wrong"},
		{"gone", "x", "wrong"},
		{"never", "", "wrong"},
		{"never", "secret", "wrong"},
		{"Ada", strings.Repeat("é", user.MaxPassword), "wrong"},
	} {
		b, computed, nobody := counted(p)
		if got := login(b, test.username, test.password); got != test.want {
			t.Errorf("%.10q, %.10q: %s, want %s", test.username, test.password, got, test.want)
		}
		if computed.Load() != 1 {
			t.Errorf("%.10q, %.10q: %d hashes computed, want 1", test.username, test.password, computed.Load())
		}
		if known := user.Key(test.username) == "ada"; known == (nobody.Load() == 1) {
			t.Errorf("%.10q: verified against the wrong hash", test.username)
		}
	}
}

func TestBasicChallenge(t *testing.T) {
	t.Parallel()
	var a Authenticator = Basic(newPeople())
	if got := a.(Challenger).Challenges(); !slices.Equal(got, []string{`Basic realm="api"`}) {
		t.Errorf("Challenges = %q", got)
	}
}

func TestBasicRefusesTheImpossibleAtOnce(t *testing.T) {
	t.Parallel()
	p := newPeople()
	p.put(t, "ada", "secret", true)
	b, computed, _ := counted(p)
	for _, r := range []*http.Request{
		request("ada", strings.Repeat("é", user.MaxPassword+1)),
		request(strings.Repeat("a", maxUsername+1), "secret"),
	} {
		var rejected *Rejected
		if _, err := b.Authenticate(r); !errors.As(err, &rejected) || rejected.Detail != errWrong.Detail {
			t.Errorf("error is %v", err)
		}
	}
	if n, m := p.asked.Load(), computed.Load(); n != 0 || m != 0 {
		t.Errorf("%d users asked for, %d hashes computed", n, m)
	}
}

func TestBasicCannotTell(t *testing.T) {
	t.Parallel()
	away := errors.New("the database is away")
	p := newPeople()
	p.put(t, "ada", "secret", true)
	p.byKey["old"] = user.User{Username: "old", Active: true, PasswordHash: "md5$x$y"}
	p.byKey["off"] = user.User{Username: "off", PasswordHash: "md5$x$y"}
	b, _, _ := counted(p)

	for range 2 { // nothing of it is remembered
		if _, err := b.Authenticate(request("old", "secret")); !errors.Is(err, user.ErrUnknownScheme) {
			t.Errorf("with an unknown scheme: %v", err)
		}
	}
	if got := login(b, "off", "secret"); got != "wrong" {
		t.Errorf("inactive, with an unknown scheme: %s", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Authenticate(request("ada", "secret").WithContext(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	if got := login(b, "ada", "secret"); got != "in" {
		t.Errorf("afterwards: %s", got)
	}
	p.err = away
	if _, err := b.Authenticate(request("ada", "secret")); !errors.Is(err, away) {
		t.Errorf("without a database: %v", err)
	}
	if _, err := b.Authenticate(httptest.NewRequest(http.MethodGet, "/", nil)); !errors.Is(err, ErrNoCredentials) {
		t.Errorf("without credentials: %v", err)
	}
}
