package helpdesk

import (
	"context"

	"github.com/go-helpdesk/helpdesk/internal/passwords"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// validatePassword returns what is wrong with a new password, as a problem.Error.
func validatePassword(field, password string, u *user.User) error {
	problems := problem.Error{}
	problems.Add(field, user.CheckPassword(password, u)...)
	return problems.Err()
}

// hash hashes a password that the actor chose.
func (d *Desk) hash(ctx context.Context, actor *user.User, password string) (string, error) {
	return d.unit.hash(ctx, password, func(ctx context.Context) (string, error) {
		return d.hasher.Hash(user.WithCaller(ctx, user.Caller{Account: user.Key(actor.Username), Known: true}), password)
	})
}

// guess is a password that may be that of an account.
type guess struct {
	login    bool // it is that of a login, which may be cached
	userID   int64
	account  string // the key of the username
	hash     string // as it is stored
	password string
	address  string // of the client
}

// verify reports whether a password is right.
func (d *Desk) verify(ctx context.Context, g guess) (bool, error) {
	return d.verifyOutside(ctx, g, func(ctx context.Context, d *Desk) (bool, error) {
		check := d.checker.Check
		if g.login {
			check = d.checker.Login
		}
		place := passwords.PlaceOf(g.address)
		var known *user.KnownAddress
		return check(ctx, passwords.Attempt{
			Account: g.account, Place: place, Hash: g.hash, Password: g.password,
			Known: func() (_ bool, err error) {
				known, err = d.knownAddress(ctx, g.userID, place.Address)
				return known != nil, err
			},
			Right: func() { d.noteAddress(ctx, g.userID, place.Address, known) },
		})
	})
}
