package auth

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

func TestFunc(t *testing.T) {
	t.Parallel()
	ada, eve, away := &user.User{Username: "ada"}, &user.External{ID: "7"}, errors.New("away")
	for _, test := range []struct {
		id    Identity
		err   error
		check error
	}{
		{Identity{User: ada}, nil, nil},
		{Identity{External: eve}, nil, nil},
		{Identity{}, nil, ErrIdentity},
		{Identity{User: ada, External: eve}, nil, ErrIdentity},
		{Identity{}, away, ErrIdentity},
	} {
		var a Authenticator = Func(func(*http.Request) (Identity, error) { return test.id, test.err })
		id, err := a.Authenticate(httptest.NewRequest(http.MethodGet, "/", nil))
		if id != test.id || !errors.Is(err, test.err) || !errors.Is(id.Check(), test.check) {
			t.Errorf("%v, %v: %v, %v", test.id, test.err, id, err)
		}
		if c := a.Challenges(); c != nil {
			t.Errorf("Challenges = %q", c)
		}
	}
}

// counting is a wrapper that a host might use for metrics.
type counting struct {
	Authenticator
	asked int
}

func (c *counting) Authenticate(r *http.Request) (Identity, error) {
	c.asked++
	return c.Authenticator.Authenticate(r)
}

func TestAWrapperKeepsTheChallenges(t *testing.T) {
	t.Parallel()
	wrapped := &counting{Authenticator: Chain(Basic(nil), &counting{Authenticator: Bearer(nil)})}
	if got := Chain(wrapped).Challenges(); !slices.Equal(got, []string{`Basic realm="api"`, `Bearer realm="api"`}) {
		t.Errorf("Challenges = %q", got)
	}
}

func TestErrorsSayWhatHappened(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"auth: rejected: Session expired.": &Rejected{"Session expired."},
		"auth: forbidden: Not from here.":  &Forbidden{"Not from here."},
		"user: throttled for 5s":           &Throttled{RetryAfter: 5 * time.Second},
	} {
		if got := err.Error(); got != want {
			t.Errorf("Error = %q, want %q", got, want)
		}
	}
}

// says is an Authenticator that always returns the same and counts its calls.
type says struct {
	err        error
	asked      int
	challenges []string
}

func (s *says) Authenticate(*http.Request) (Identity, error) {
	s.asked++
	if s.err != nil {
		return Identity{}, s.err
	}
	return Identity{User: &user.User{}}, nil
}

func (s *says) Challenges() []string { return s.challenges }

func TestChainAsksUntilSomebodyKnows(t *testing.T) {
	t.Parallel()
	wrapped := errors.Join(errors.New("no cookie"), ErrNoCredentials)
	for _, err := range []error{nil, &Rejected{}, &Forbidden{}, &Throttled{}, errors.New("away")} {
		first, second, third, fourth := &says{err: ErrNoCredentials}, &says{err: wrapped}, &says{err: err}, &says{}
		id, got := Chain(first, second, third, fourth).Authenticate(httptest.NewRequest(http.MethodGet, "/", nil))
		if got != err || (id.User != nil) != (err == nil) {
			t.Errorf("%v, %v; want %v", id, got, err)
		}
		if first.asked != 1 || second.asked != 1 || third.asked != 1 || fourth.asked != 0 {
			t.Errorf("%v: asked %d, %d, %d, %d times", err, first.asked, second.asked, third.asked, fourth.asked)
		}
	}
}

func TestChainOfNobodyFindsNobody(t *testing.T) {
	t.Parallel()
	for _, c := range []*ChainAuthenticator{{}, Chain(), Chain(&says{err: ErrNoCredentials})} {
		if _, err := c.Authenticate(httptest.NewRequest(http.MethodGet, "/", nil)); err != ErrNoCredentials {
			t.Errorf("error is %v", err)
		}
	}
}

func TestChainChallengesForEachScheme(t *testing.T) {
	t.Parallel()
	silent := Func(func(*http.Request) (Identity, error) { return Identity{}, nil })
	c := Chain(&says{challenges: []string{"B"}}, silent, Chain(&says{challenges: []string{"A", "B"}}), &says{challenges: []string{"C"}})
	if got := c.Challenges(); !slices.Equal(got, []string{"B", "A", "C"}) {
		t.Errorf("Challenges = %q", got)
	}
}
