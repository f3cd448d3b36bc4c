package auth

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-helpdesk/helpdesk/user"
)

func TestSessionRefusesWhatOtherSitesSend(t *testing.T) {
	t.Parallel()
	const (
		here, evil, friend = "https://desk.example", "https://evil.example", "https://friend.example"
		noMatch            = "CSRF Failed: Origin checking failed - https://evil.example does not match any trusted origins."
		elsewhere          = "CSRF Failed: The request was made by a page of another site."
	)
	who := Func(func(*http.Request) (Identity, error) { return Identity{External: &user.External{ID: "7"}}, nil })
	trusting := http.NewCrossOriginProtection()
	if err := trusting.AddTrustedOrigin(friend); err != nil {
		t.Fatal(err)
	}

	for _, test := range []struct {
		method, origin, site string
		protection           *http.CrossOriginProtection
		detail               string // of a Forbidden, "" for logged in
	}{
		{"GET", evil, "cross-site", nil, ""},
		{"HEAD", evil, "", nil, ""},
		{"POST", "", "", nil, ""}, // a program
		{"POST", here, "", nil, ""},
		{"POST", here, "same-origin", nil, ""},
		{"POST", evil, "", nil, noMatch},
		{"POST", evil, "cross-site", nil, noMatch},
		{"PATCH", evil, "cross-site", nil, noMatch},
		{"DELETE", "", "same-site", nil, elsewhere},
		{"POST", "null", "", nil, "CSRF Failed: Origin checking failed - null does not match any trusted origins."},
		{"POST", friend, "cross-site", trusting, ""},
		{"POST", evil, "cross-site", trusting, noMatch},
	} {
		r := httptest.NewRequest(test.method, here+"/api/tickets/", nil)
		for name, value := range map[string]string{"Origin": test.origin, "Sec-Fetch-Site": test.site} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		id, err := Session(who, test.protection).Authenticate(r)
		detail := ""
		if forbidden, ok := errors.AsType[*Forbidden](err); ok {
			detail = forbidden.Detail
		}
		if detail != test.detail || (id.External != nil) != (err == nil) {
			t.Errorf("%s from %q, %q: %v, %v; want %q", test.method, test.origin, test.site, id, err, test.detail)
		}
	}
}

func TestSessionOfNobodyIsNotForbidden(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("Origin", "https://evil.example")
	for _, test := range []struct{ err, want error }{
		{ErrNoCredentials, ErrNoCredentials},
		{http.ErrNoCookie, http.ErrNoCookie},
	} {
		who := func(*http.Request) (Identity, error) { return Identity{}, test.err }
		if _, err := Session(who, nil).Authenticate(r); !errors.Is(err, test.want) {
			t.Errorf("%v: %v", test.err, err)
		}
	}
}
