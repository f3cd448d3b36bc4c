package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// ExternalUser returns the desk's user for somebody whom the host knows. When the desk
// sees e.ID for the first time, that is a new user, active and without a password. After
// that it is always the same user, who is updated when e says something new. Even the last
// superuser loses that right when e says so. It asks nobody's permission: authenticators
// call it, and so does a host that creates users in advance.
//
// A username that is in use stays with who has it: the new user becomes ada-2. A user who
// was deactivated in the desk stays inactive. Values that no user can have, such as a
// username with blanks, are a problem.Error. ExternalUser is safe for concurrent use: one
// ID never becomes two users.
func (d *Desk) ExternalUser(ctx context.Context, e *user.External) (*user.User, error) {
	if err := required("a user of the host", e); err != nil {
		return nil, err
	}
	if e.ID == "" || len(e.ID) > user.MaxExternalID || !utf8.ValidString(e.ID) {
		return nil, fmt.Errorf("helpdesk: the ID of a host's user must be UTF-8 of 1 to %d bytes", user.MaxExternalID)
	}
	known, found, err := d.knownExternal(ctx, e)
	if known || err != nil {
		return found, err
	}
	for range maxNamesakes {
		found, err = write(ctx, d, writer{}, func(tx *transaction) (*user.User, error) { return d.writeExternal(ctx, tx, e) })
		if !errors.Is(err, storage.ErrDuplicate) { // else somebody came in between
			return found, err
		}
	}
	return nil, err
}

// UserByExternalID returns the user who has this ID in the host, or ErrNotFound when
// ExternalUser has not seen it. It creates no user. The actor must be staff.
func (d *Desk) UserByExternalID(ctx context.Context, actor *user.User, id string) (*user.User, error) {
	return view(ctx, d, actor, ReadTickets, func(tx *transaction) (*user.User, error) {
		found, err := tx.Users().ByExternalID(ctx, id)
		if err != nil {
			return nil, err
		}
		return tx.Users().Get(ctx, found.ID) // with the queues
	})
}

// knownExternal reports whether the desk has a user for e that is up to date.
func (d *Desk) knownExternal(ctx context.Context, e *user.External) (known bool, u *user.User, err error) {
	m := d.cache.mark()
	before, ok := cached(d.cache, &d.cache.externals, e.ID)
	if ok && before.same(e) {
		return true, before.user.Clone(), nil
	}
	err = d.snapshot(ctx, func(tx *transaction) (err error) {
		before, after, err := refreshUser(ctx, tx, e, false)
		if err != nil {
			return err
		}
		u, known = after, before.ID != 0 && sameExternal(before, after)
		return nil
	})
	if !known || err != nil {
		return false, nil, err
	}
	said := *e
	said.Permissions, said.Queues = slices.Clone(e.Permissions), slices.Clone(e.Queues)
	put(d.cache, &d.cache.externals, e.ID, external{said, *u.Clone()}, m)
	return true, u, nil
}

// refreshUser returns the user for e as they are and as they should be. Before has no ID
// when there is no user yet. Lock locks the user.
func refreshUser(ctx context.Context, tx *transaction, e *user.External, lock bool) (before, after *user.User, err error) {
	before, err = tx.Users().ByExternalID(ctx, e.ID)
	none, err := missing(err)
	switch {
	case err != nil:
	case none:
		before = &user.User{ExternalID: new(e.ID), Active: true}
	case lock:
		if before, err = tx.Users().Lock(ctx, before.ID); errors.Is(err, storage.ErrNotFound) {
			err = errMoved
		}
	case e.Queues != nil:
		before, err = tx.Users().Get(ctx, before.ID)
	}
	if err != nil {
		return nil, nil, err
	}
	now := *before
	now.FirstName, now.LastName, now.Email, now.EmailVerified = e.FirstName, e.LastName, e.Email, e.EmailVerified
	now.Staff, now.Superuser = e.Staff, e.Superuser
	if e.Permissions != nil {
		now.Permissions = slices.Clone(e.Permissions)
	}
	if e.Queues != nil {
		if now.Queues, err = queueIDs(ctx, tx, e.Queues); err != nil {
			return nil, nil, err
		}
	}
	now.Trim()
	if now.Username, err = freeUsername(ctx, tx, validate.TrimSpace(e.Username), before); err != nil {
		return nil, nil, err
	}
	return before, &now, nil
}

// sameExternal reports whether a host says nothing new about a user.
func sameExternal(a, b *user.User) bool { return a.Username == b.Username && sameProfile(a, b) }

// same reports whether a host says the same about a user.
func (e *external) same(said *user.External) bool {
	a, b := e.said, *said
	return a.ID == b.ID && a.Username == b.Username && a.FirstName == b.FirstName && a.LastName == b.LastName &&
		a.Email == b.Email && a.EmailVerified == b.EmailVerified && a.Staff == b.Staff && a.Superuser == b.Superuser &&
		equalLists(a.Permissions, b.Permissions) && equalLists(a.Queues, b.Queues)
}

// equalLists tells nil from an empty list: nil leaves grants alone, an empty list
// takes them away.
func equalLists[T comparable](a, b []T) bool { return slices.Equal(a, b) && (a == nil) == (b == nil) }

// queueIDs are the ids of the queues with these slugs, ascending.
func queueIDs(ctx context.Context, tx *transaction, slugs []string) ([]int64, error) {
	var ids []int64
	for _, slug := range slugs {
		q, err := tx.Queues().BySlug(ctx, slug)
		none, err := missing(err)
		if err != nil {
			return nil, err
		}
		if !none {
			ids = append(ids, q.ID)
		}
	}
	return sortedIDs(ids), nil
}

// maxNamesakes bounds the search for a free username.
const maxNamesakes = 100

// freeUsername returns the wanted username, or with a number when somebody else has it: the
// one that the user has already, or the first that is free.
func freeUsername(ctx context.Context, tx *transaction, wanted string, u *user.User) (string, error) {
	if u.Username == wanted {
		return wanted, nil
	}
	for n := 1; n <= maxNamesakes; n++ {
		name := wanted
		if n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		other, err := tx.Users().ByUsername(ctx, user.Key(name))
		none, err := missing(err)
		if err != nil {
			return "", err
		}
		if none || u.ID != 0 && other.ID == u.ID {
			return name, nil
		}
	}
	return "", problem.Error{"username": {{Reason: problem.Taken}}}
}

// writeExternal makes or updates the user for e.
func (d *Desk) writeExternal(ctx context.Context, tx *transaction, e *user.External) (*user.User, error) {
	before, u, err := refreshUser(ctx, tx, e, true)
	if err != nil {
		return nil, err
	}
	if before.ID != 0 && sameExternal(before, u) {
		return u, nil
	}
	if err := validateGrants(ctx, tx, u, u.Check()); err != nil { // the username was free a moment ago
		return nil, err
	}
	if before.ID == 0 {
		u.Created = tx.now
		err = tx.Users().Insert(ctx, u)
	} else {
		err = tx.Users().Update(ctx, before, u)
	}
	if err != nil {
		return nil, err
	}
	if e.Queues != nil {
		if err := tx.Users().Grant(ctx, u.ID, u.Queues); err != nil {
			return nil, err
		}
	}
	if before.ID == 0 {
		tx.created(userObject(u), u)
	} else {
		tx.updated(userObject(before), userObject(u), before, u)
	}
	return u, nil
}
