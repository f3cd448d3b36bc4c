package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
)

// TestAnEscapedPathIsRoutedAsWhatItMeans, and links have no escapes that nobody needs.
func TestAnEscapedPathIsRoutedAsWhatItMeans(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{}, 2)
	page := a.call(t, "staff", "GET", "/api/%74ickets/?page_size=1", "").is(t, http.StatusOK, "").object(t)
	equal(t, page["next"], any("http://example.com/api/tickets/?page=2&page_size=1"))
	a.call(t, "staff", "GET", "/api/tickets/%31/", "").is(t, http.StatusOK, "")
}

// seesPaths is an authenticator that knows nobody, and remembers the paths it saw.
type seesPaths struct{ paths []string }

func (s *seesPaths) Authenticate(r *http.Request) (auth.Identity, error) {
	s.paths = append(s.paths, r.URL.Path)
	return auth.Identity{}, auth.ErrNoCredentials
}

func (s *seesPaths) Challenges() []string { return nil }

// TestAuthenticatorsSeeThePathAsItCame, with the prefix and the slash at the end.
func TestAuthenticatorsSeeThePathAsItCame(t *testing.T) {
	t.Parallel()
	seen := &seesPaths{}
	a := newAPI(t, httpapi.Config{Authenticator: seen})
	for _, method := range []string{"GET", "FOO"} {
		for _, path := range []string{"/api/tickets/1/", "/tickets/1/history"} {
			r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
			a.do(t, "", r).is(t, http.StatusUnauthorized, "")
			equal(t, r.URL.Path, path)
			equal(t, r.URL.RawPath, "")
			equal(t, seen.paths[len(seen.paths)-1], path)
		}
	}
}

// TestAMethodThatARouteLacksIsNotLookedForAtAnother: /users/:id has DELETE, and
// /users/me has not.
func TestAMethodThatARouteLacksIsNotLookedForAtAnother(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	for _, method := range []string{"PATCH", "DELETE", "TRACE"} {
		a.call(t, "admin", method, "/api/users/me/", "").is(t, http.StatusMethodNotAllowed, "").has(t, "Allow", "GET, HEAD, OPTIONS")
	}
}
