package auth_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/user"
)

// desk takes the place of a *helpdesk.Desk.
type desk struct{}

func (desk) FindUser(_ context.Context, username string) (*user.User, error) {
	if user.Key(username) != "ada" {
		return nil, nil
	}
	return &user.User{Username: "Ada", Active: true}, nil
}

func (d desk) Login(ctx context.Context, c user.Credentials) (*user.User, error) {
	if c.Password != "correct horse" {
		return nil, nil
	}
	return d.FindUser(ctx, c.Username)
}

func ExampleBasic() {
	basic := auth.Basic(desk{})

	r := httptest.NewRequest(http.MethodGet, "/api/tickets/", nil)
	r.SetBasicAuth("ada", "correct horse")
	id, err := basic.Authenticate(r)
	fmt.Println(id.User.Username, err)

	r.SetBasicAuth("ada", "wrong")
	_, err = basic.Authenticate(r)
	if rejected, ok := errors.AsType[*auth.Rejected](err); ok {
		fmt.Println(rejected.Detail, basic.Challenges()[0])
	}
	// Output:
	// Ada <nil>
	// Invalid username/password. Basic realm="api"
}

// A host with a login of its own says who sends a request. Here the name of the user is
// in a client certificate, which the host's server has verified.
func ExampleFunc() {
	users := desk{}
	byCertificate := auth.Func(func(r *http.Request) (auth.Identity, error) {
		if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
			return auth.Identity{}, auth.ErrNoCredentials
		}
		u, err := users.FindUser(r.Context(), r.TLS.PeerCertificates[0].Subject.CommonName)
		if err != nil {
			return auth.Identity{}, err // cannot tell now
		}
		if u == nil || !u.Active {
			return auth.Identity{}, &auth.Rejected{Detail: "You have no account here."}
		}
		return auth.Identity{User: u}, nil
	})

	for _, name := range []string{"ada", "bob"} {
		r := httptest.NewRequest(http.MethodGet, "/api/tickets/", nil)
		r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{Subject: pkix.Name{CommonName: name}}}}
		if id, err := byCertificate.Authenticate(r); err != nil {
			fmt.Println(err)
		} else {
			fmt.Println(id.User.Username)
		}
	}
	// Output:
	// Ada
	// auth: rejected: You have no account here.
}

// People log in at the host and have a session cookie. The desk creates users for them.
// Programs use the passwords of the desk's own users.
func ExampleChain() {
	people := map[string]*user.External{ // by session
		"4f2a": {ID: "employee/17", Username: "eve", Email: "eve@example.com", Staff: true, Queues: []string{"it"}},
	}
	loggedIn := func(r *http.Request) (auth.Identity, error) {
		cookie, err := r.Cookie("session")
		if err != nil {
			return auth.Identity{}, auth.ErrNoCredentials
		}
		person := people[cookie.Value]
		if person == nil {
			return auth.Identity{}, auth.ErrNoCredentials // the session has ended
		}
		return auth.Identity{External: person}, nil
	}
	who := auth.Chain(auth.Basic(desk{}), auth.Session(loggedIn, nil))
	ask := func(method string, change func(*http.Request)) {
		r := httptest.NewRequest(method, "https://desk.example/api/tickets/", nil)
		change(r)
		switch id, err := who.Authenticate(r); {
		case err != nil:
			fmt.Println(err)
		case id.User != nil:
			fmt.Println("the desk's", id.User.Username)
		default:
			fmt.Println("the host's", id.External.Username)
		}
	}

	ask("GET", func(r *http.Request) { r.SetBasicAuth("ada", "correct horse") })
	ask("POST", func(r *http.Request) { r.Header.Set("Cookie", "session=4f2a") })
	ask("POST", func(r *http.Request) {
		r.Header.Set("Cookie", "session=4f2a")
		r.Header.Set("Origin", "https://evil.example")
	})
	ask("GET", func(r *http.Request) { r.Header.Set("Cookie", "session=0000") })
	// Output:
	// the desk's Ada
	// the host's eve
	// auth: forbidden: CSRF Failed: Origin checking failed - https://evil.example does not match any trusted origins.
	// auth: no credentials
}
