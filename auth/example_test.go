package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/user"
)

// desk stands for a *helpdesk.Desk.
type desk struct{ hasher *user.Hasher }

func (d desk) FindUser(ctx context.Context, username string) (*user.User, error) {
	if user.Key(username) != "ada" {
		return nil, nil
	}
	hash, err := d.hasher.Hash(ctx, "correct horse")
	return &user.User{Username: "Ada", Active: true, PasswordHash: hash}, err
}

func (d desk) Passwords() *user.Hasher { return d.hasher }

func ExampleBasic() {
	basic := auth.Basic(desk{user.NewHasher(1)})

	r := httptest.NewRequest(http.MethodGet, "/api/tickets/", nil)
	r.SetBasicAuth("ada", "correct horse")
	id, err := basic.Authenticate(r)
	fmt.Println(id.User.Username, err)

	r.SetBasicAuth("ada", "wrong")
	var rejected *auth.Rejected
	if _, err := basic.Authenticate(r); errors.As(err, &rejected) {
		fmt.Println(rejected.Detail, basic.Challenge())
	}
	// Output:
	// Ada <nil>
	// Invalid username/password. Basic realm="api"
}

// A host that logs people in by its own means says who they are. Here a
// session cookie names the user; the session is the host's.
func ExampleFunc() {
	users := desk{user.NewHasher(1)}
	sessions := map[string]string{"4f2a": "ada", "9c1b": "bob"} // session to username

	byCookie := auth.Func(func(r *http.Request) (auth.Identity, error) {
		cookie, err := r.Cookie("session")
		if err != nil {
			return auth.Identity{}, auth.ErrNoCredentials
		}
		username, ok := sessions[cookie.Value]
		if !ok {
			return auth.Identity{}, &auth.Rejected{Detail: "Your session has expired."}
		}
		u, err := users.FindUser(r.Context(), username)
		if err != nil {
			return auth.Identity{}, err // cannot tell now
		}
		if u == nil || !u.Active {
			return auth.Identity{}, &auth.Rejected{Detail: "You have no account here."}
		}
		return auth.Identity{User: u}, nil
	})

	for _, session := range []string{"4f2a", "9c1b", "0000"} {
		r := httptest.NewRequest(http.MethodGet, "/api/tickets/", nil)
		r.AddCookie(&http.Cookie{Name: "session", Value: session})
		if id, err := byCookie.Authenticate(r); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println(id.User.Username)
		}
	}
	// Output:
	// Ada
	// auth: rejected: You have no account here.
	// auth: rejected: Your session has expired.
}
