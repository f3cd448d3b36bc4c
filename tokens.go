package helpdesk

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// lastUsedStep is how exactly it is known when a token was last used. Without it, every
// request would write.
const lastUsedStep = time.Minute

// FindToken returns the user who acts through a token, with User.Token set. It returns nil
// when no token has this secret, the token has expired, or its owner is inactive. It asks
// nobody's permission: authenticators need it. The time of use is stored at most once a
// minute; when that fails, it is logged and no error.
func (d *Desk) FindToken(ctx context.Context, secret string) (*user.User, error) {
	prefix, ok := user.TokenPrefix(secret)
	if !ok {
		return nil, nil
	}
	b, err := d.findBearer(ctx, prefix)
	if none, err := missing(err); none || err != nil {
		return nil, err
	}
	t, u, now := &b.token, b.user.Clone(), d.now()
	if !t.Fits(secret) || t.Expired(now) || !u.Active {
		return nil, nil
	}
	// Not inside Atomically, where a timeout would end the whole transaction.
	if d.unit == nil && (t.LastUsed == nil || now.Sub(*t.LastUsed) >= lastUsedStep) {
		err := d.noteUse(ctx, t.ID, now)
		remove(d.cache, &d.cache.tokens, prefix)
		if err != nil {
			d.log.LogAttrs(ctx, slog.LevelWarn, "helpdesk: the use of a token was not written down",
				slog.Int64("token", t.ID), slog.Any("error", err))
		}
	}
	u.Token = t
	return u, nil
}

// findBearer returns the token with a prefix and its owner, who may be cached.
func (d *Desk) findBearer(ctx context.Context, prefix string) (bearer, error) {
	return cachedOr(d.cache, &d.cache.tokens, prefix, d.cache.mark(), func() (b bearer, err error) {
		err = d.snapshot(ctx, func(tx *transaction) (err error) {
			if b.token, err = deref(tx.Tokens().ByPrefix(ctx, prefix)); err != nil {
				return err
			}
			b.user, err = deref(tx.Users().Get(ctx, b.token.UserID))
			return err
		})
		return b, err
	})
}

// noteUse stores when a token was used.
func (d *Desk) noteUse(ctx context.Context, id int64, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second) // nobody waits long for this
	defer cancel()
	return d.write(ctx, writer{}, func(tx *transaction) error { // bookkeeping, which reports no change
		before, err := tx.Tokens().Lock(ctx, id)
		if err != nil {
			return err
		}
		after := *before
		after.LastUsed = &now
		return tx.Tokens().Update(ctx, before, &after)
	})
}

// tokenOwner checks that the actor may do something with the tokens of a user:
// their own, and as a superuser anybody's.
func (d *Desk) tokenOwner(actor *user.User, userID int64, p Permission) error {
	if err := d.Allow(actor, p); err != nil {
		return err
	}
	if userID != actor.ID && d.Allow(actor, ManageRights) != nil {
		return ErrNotFound
	}
	return nil
}

// Tokens returns the tokens of a user, by ascending id: the actor's own, or as a
// superuser anybody's.
func (d *Desk) Tokens(actor *user.User, userID int64) *List[*user.Token] {
	l := newList(d, actor, ReadOwnTickets, listing[*user.Token]{
		count: func(ctx context.Context, tx *transaction) (int, error) { return tx.Tokens().Count(ctx, userID) },
		read: func(ctx context.Context, tx *transaction, p span) ([]*user.Token, error) {
			return tx.Tokens().List(ctx, userID, user.TokenQuery{Descending: p.backward, After: p.after.id,
				Offset: p.offset, Limit: p.limit})
		},
		key:   func(t *user.Token) position { return position{id: t.ID} },
		order: "id",
	})
	l.allow = func() error { return d.tokenOwner(actor, userID, ReadOwnTickets) }
	return l
}

// Token returns one of the actor's own tokens, or as a superuser anybody's.
func (d *Desk) Token(ctx context.Context, actor *user.User, id int64) (*user.Token, error) {
	return view(ctx, d, actor, ReadOwnTickets, func(tx *transaction) (*user.Token, error) {
		t, err := tx.Tokens().Get(ctx, id)
		if err != nil {
			return nil, err
		}
		return t, d.tokenOwner(actor, t.UserID, ReadOwnTickets)
	})
}

// CreateToken makes a token of the user t.UserID, and returns it with its
// secret, which cannot be read later. Name, ReadOnly and Expires are the caller's to
// choose. A superuser makes tokens for others, too.
func (d *Desk) CreateToken(ctx context.Context, actor *user.User, t *user.Token) (*user.Token, string, error) {
	if err := required("a token", t); err != nil {
		return nil, "", err
	}
	if err := d.tokenOwner(actor, t.UserID, ManageAccount); err != nil {
		return nil, "", err
	}
	n := &user.Token{UserID: t.UserID, Name: validate.TrimSpace(t.Name), ReadOnly: t.ReadOnly}
	if t.Expires != nil {
		n.Expires = new(t.Expires.UTC().Truncate(time.Microsecond))
	}
	for range 3 { // the prefix of a new secret may be taken, though that is unlikely
		secret := user.NewTokenSecret()
		n.Seal(secret)
		err := d.write(ctx, by(actor, ManageAccount), func(tx *transaction) error {
			if err := validateToken(ctx, tx, t); err != nil {
				return err
			}
			n.Created = tx.now
			if err := tx.Tokens().Insert(ctx, n); err != nil {
				return err
			}
			tx.created(tokenObject(n), n)
			return nil
		})
		if err == nil {
			return n, secret, nil
		}
		if !errors.Is(err, storage.ErrDuplicate) {
			return nil, "", err
		}
	}
	return nil, "", errors.New("helpdesk: no unused prefix for a token was found")
}

// validateToken returns what is wrong with a new token, and ErrNotFound without its
// owner.
func validateToken(ctx context.Context, tx *transaction, t *user.Token) error {
	n := *t
	n.Trim()
	problems := n.Check()
	if t.Expired(tx.now) {
		problems.AddNew("expires", problem.Problem{Reason: problem.Past})
	}
	if _, err := tx.Users().Get(ctx, t.UserID); err != nil {
		return err
	}
	return tx.invalid(problems)
}

// DeleteToken removes one of the actor's own tokens, or as a superuser anybody's.
func (d *Desk) DeleteToken(ctx context.Context, actor *user.User, id int64) error {
	return d.write(ctx, by(actor, ManageAccount), func(tx *transaction) error {
		t, err := tx.Tokens().Lock(ctx, id)
		if err != nil {
			return err
		}
		if err := d.tokenOwner(actor, t.UserID, ReadOwnTickets); err != nil {
			return err
		}
		if err := checkCurrent(ctx, t); err != nil {
			return err
		}
		if err := tx.Tokens().Delete(ctx, id); err != nil {
			return err
		}
		tx.deleted(tokenObject(t), t)
		return nil
	})
}
