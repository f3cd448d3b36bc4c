package auth

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/user"
)

// ring implements Tokens with one token.
type ring struct {
	secret string
	err    error
	asked  int
}

func (r *ring) FindToken(_ context.Context, secret string) (*user.User, error) {
	r.asked++
	if secret != r.secret || r.err != nil {
		return nil, r.err
	}
	return &user.User{Username: "ada", Token: &user.Token{ID: 7}}, nil
}

func TestBearer(t *testing.T) {
	t.Parallel()
	const nothing, spaces, invalid = "Invalid token header. No credentials provided.",
		"Invalid token header. Token string should not contain spaces.", "Invalid token."
	good := user.NewTokenSecret()

	for _, test := range []struct {
		header string
		detail string // of a Rejected, "-" for ErrNoCredentials
		asked  int
	}{
		{"", "-", 0},
		{"Basic " + good, "-", 0},
		{"Bearers " + good, "-", 0},
		{"Bearer eyJhbGciOiJub25lIn0.e30.", "-", 0}, // the host's
		{"Bearer HD_" + good[3:], "-", 0},

		{"Bearer", nothing, 0},
		{"Bearer \t ", nothing, 0},
		{"Bearer a b", spaces, 0},
		{"Bearer " + good + " " + good, spaces, 0},

		{"Bearer hd_", invalid, 0},
		{"Bearer " + good[1:], "-", 0},
		{"Bearer " + good + "a", invalid, 0},
		{"Bearer hd_" + strings.Repeat("a", 1<<20), invalid, 0},
		{"Bearer " + user.NewTokenSecret(), invalid, 1},
		{"Bearer hd_" + strings.ToUpper(good[3:]), invalid, 1},

		{"Bearer " + good, "", 1},
		{"bEARER\t " + good + " ", "", 1},
	} {
		tokens := &ring{secret: good}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Authorization", test.header)
		id, err := Bearer(tokens).Authenticate(r)
		detail := ""
		if rejected, ok := errors.AsType[*Rejected](err); ok {
			detail = rejected.Detail
		} else if errors.Is(err, ErrNoCredentials) {
			detail = "-"
		}
		if detail != test.detail || tokens.asked != test.asked {
			t.Errorf("%.80q: %v, asked %d times; want %q, %d", test.header, err, tokens.asked, test.detail, test.asked)
		}
		if in := id.User != nil && id.User.Token.ID == 7; in != (err == nil) {
			t.Errorf("%.80q: %v, %v", test.header, id, err)
		}
	}
}

func TestBearerCannotTell(t *testing.T) {
	t.Parallel()
	away := errors.New("the database is away")
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "Bearer "+user.NewTokenSecret())
	if _, err := Bearer(&ring{err: away}).Authenticate(r); !errors.Is(err, away) {
		t.Errorf("error is %v", err)
	}
}

func TestBearerChallenge(t *testing.T) {
	t.Parallel()
	if got := Bearer(&ring{}).Challenges(); !slices.Equal(got, []string{`Bearer realm="api"`}) {
		t.Errorf("Challenges = %q", got)
	}
}
