package auth

import (
	"errors"
	"net/http"
	"slices"
)

// ChainAuthenticator asks several Authenticators. Make one with Chain; the zero
// value finds credentials in no request. It is as safe for concurrent use as
// those it asks.
type ChainAuthenticator struct {
	links      []Authenticator
	challenges []string
}

// Chain returns an Authenticator that asks each of a in order, until one says
// anything but ErrNoCredentials: that is its answer.
//
// Put Session last. What a client sets on purpose, such as an Authorization
// header, goes before what a browser sends by itself.
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

// Challenges are those of all Authenticators of the chain in its order, each once.
func (c *ChainAuthenticator) Challenges() []string { return c.challenges }

// Authenticate returns what the first Authenticator says that finds credentials,
// and ErrNoCredentials when none does.
func (c *ChainAuthenticator) Authenticate(r *http.Request) (Identity, error) {
	for _, link := range c.links {
		id, err := link.Authenticate(r)
		if !errors.Is(err, ErrNoCredentials) {
			return id, err
		}
	}
	return Identity{}, ErrNoCredentials
}
