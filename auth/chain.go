package auth

import (
	"errors"
	"net/http"
	"slices"
)

// ChainAuthenticator asks several Authenticators. Make one with Chain; the zero value
// asks none. It is safe for concurrent use if its Authenticators are.
type ChainAuthenticator struct {
	links      []Authenticator
	challenges []string
}

// Chain returns an Authenticator that asks each of a in order. It returns the first result
// whose error is not ErrNoCredentials.
//
// Put Session last, so that a header that a client sets on purpose, such as
// Authorization, takes precedence over a cookie that a browser sends by itself.
func Chain(a ...Authenticator) *ChainAuthenticator {
	c := &ChainAuthenticator{links: slices.Clone(a)}
	for _, link := range a {
		for _, challenge := range link.Challenges() {
			if !slices.Contains(c.challenges, challenge) {
				c.challenges = append(c.challenges, challenge)
			}
		}
	}
	return c
}

// Challenges returns the challenges of all Authenticators in order, each once.
func (c *ChainAuthenticator) Challenges() []string { return c.challenges }

// Authenticate returns the result of the first Authenticator that finds credentials, or
// ErrNoCredentials if none does.
func (c *ChainAuthenticator) Authenticate(r *http.Request) (Identity, error) {
	for _, link := range c.links {
		id, err := link.Authenticate(r)
		if !errors.Is(err, ErrNoCredentials) {
			return id, err
		}
	}
	return Identity{}, ErrNoCredentials
}
