package main

import (
	"net/http"

	"github.com/go-helpdesk/helpdesk/auth"
)

// tokens is auth.Bearer that asks the shop about the owner of a token, as a
// session does: otherwise somebody who left, or has another role now, would
// keep their rights in it until they log in again.
type tokens struct {
	*auth.BearerAuthenticator
	shop *shop
}

// Authenticate returns the owner of the token, brought up to date, who still
// acts through that token.
func (t tokens) Authenticate(r *http.Request) (auth.Identity, error) {
	id, err := t.BearerAuthenticator.Authenticate(r)
	if err != nil || id.User.ExternalID == nil {
		return id, err
	}
	p, err := t.shop.personByID(r.Context(), *id.User.ExternalID)
	if err != nil {
		return auth.Identity{}, err
	}
	if p == nil {
		return auth.Identity{}, &auth.Rejected{Detail: "Invalid token."}
	}
	u, err := t.shop.desk.ExternalUser(r.Context(), p.external())
	if err != nil {
		return auth.Identity{}, err
	}
	u.Token = id.User.Token
	return auth.Identity{User: u}, nil
}
