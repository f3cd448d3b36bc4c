package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

var defaultAdmin = credentials{username: "admin", password: "admin", email: "admin@example.com"}

// prepare brings the desk into the state that the options ask for.
func prepare(ctx context.Context, store storage.Store, desk *helpdesk.Desk, o *options) error {
	empty, err := isEmpty(ctx, desk)
	if err != nil {
		return err
	}
	admin := o.admin
	if empty && o.demo {
		if err := fillDemo(ctx, store, desk); err != nil {
			return err
		}
		admin = cmp.Or(admin, &defaultAdmin)
	}
	if admin != nil {
		if err := putSuperuser(ctx, store, desk.Passwords(), *admin); err != nil {
			return err
		}
	}
	if o.addr.IP.IsLoopback() {
		return nil
	}
	// The desk may be one that was served on a loopback address before.
	open, err := isOpen(ctx, desk)
	if open {
		return fmt.Errorf("others can reach %s, and admin has the password admin: start with -admin admin:password once", o.addr)
	}
	return err
}

func isEmpty(ctx context.Context, desk *helpdesk.Desk) (bool, error) {
	users, err1 := desk.Users(helpdesk.System(), helpdesk.UserQuery{}).Count(ctx)
	queues, err2 := desk.Queues(helpdesk.System(), ticket.QueueFilter{}).Count(ctx)
	return users+queues == 0, errors.Join(err1, err2)
}

// putSuperuser makes or updates a superuser. It goes past the desk, whose
// rules for passwords would not let admin have the password admin.
func putSuperuser(ctx context.Context, store storage.Store, passwords *user.Hasher, c credentials) error {
	hash, err := passwords.Hash(ctx, c.password)
	if err != nil {
		return err
	}
	return store.Update(ctx, func(tx storage.Tx) error {
		found, err := tx.Users().ByUsername(ctx, user.Key(c.username))
		if errors.Is(err, storage.ErrNotFound) {
			return tx.Users().Insert(ctx, &user.User{
				Username: c.username, Email: c.email, EmailVerified: true, PasswordHash: hash,
				Active: true, Staff: true, Superuser: true, Created: time.Now().UTC().Truncate(time.Microsecond),
			})
		}
		if err != nil {
			return err
		}
		before, err := tx.Users().Lock(ctx, found.ID)
		if err != nil {
			return err
		}
		after := before.Clone()
		after.PasswordHash, after.Active, after.Staff, after.Superuser = hash, true, true, true
		return tx.Users().Update(ctx, before, after)
	})
}

// isOpen reports whether the default credentials let anyone in.
func isOpen(ctx context.Context, desk *helpdesk.Desk) (bool, error) {
	u, err := desk.Login(ctx, user.Credentials{Username: defaultAdmin.username, Password: defaultAdmin.password})
	return u != nil, err
}

// login is what may be told about logging in.
type login struct {
	hint string // a sentence
	curl string // the value of curl's option -u
}

func findLogin(ctx context.Context, desk *helpdesk.Desk, o *options) (login, error) {
	if o.admin != nil {
		return login{"Log in as " + o.admin.username + " with the password that -admin gave.", o.admin.username}, nil
	}
	open, err := isOpen(ctx, desk)
	if err != nil {
		return login{}, err
	}
	if open {
		return login{"Log in as admin with the password admin.", "admin:admin"}, nil
	}
	superuser, err := hasSuperuser(ctx, desk)
	if superuser {
		return login{"Log in as one of the superusers of this desk.", "USER"}, err
	}
	return login{"There is no superuser yet: stop, and start with -admin user:password.", "USER"}, err
}

func hasSuperuser(ctx context.Context, desk *helpdesk.Desk) (bool, error) {
	for u, err := range desk.Users(helpdesk.System(), helpdesk.UserQuery{}).All(ctx) {
		if err != nil || u.IsSuperuser() {
			return err == nil, err
		}
	}
	return false, nil
}
