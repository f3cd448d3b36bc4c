package openapitest

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// keeper restores what requests change of the things that the document of a desk depends
// on, and of the account that sends the requests: its rights and its token, a queue that is
// open to requesters, and the custom fields. Otherwise most requests would be refused
// after a while, or the document would be that of another desk.
type keeper struct {
	mu      sync.Mutex
	desk    *helpdesk.Desk
	account *user.User
	secret  string // as clients send it
	current string // of the token that stands for it; it may have been deleted
	queue   int64  // is open to requesters
	fields  []*ticket.CustomField
}

func keep(t *testing.T, d *testdesk.Desk, account string) *keeper {
	t.Helper()
	return &keeper{desk: d.Desk, account: d.Users[account], secret: user.NewTokenSecret(), queue: d.Queues["support"].ID,
		fields: d.Fields}
}

// FindToken implements auth.Tokens.
func (k *keeper) FindToken(ctx context.Context, secret string) (*user.User, error) {
	if secret != k.secret {
		return nil, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if found, err := k.desk.FindToken(ctx, k.current); found != nil || err != nil {
		return found, err
	}
	var err error
	_, k.current, err = k.desk.CreateToken(ctx, k.account, &user.Token{UserID: k.account.ID, Name: "schemathesis"})
	if err != nil {
		return nil, err
	}
	return k.desk.FindToken(ctx, k.current)
}

// restore undoes what earlier requests have changed.
func (k *keeper) restore(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	err := errors.Join(k.restoreAccount(ctx), open(ctx, k.desk, k.queue))
	for _, f := range k.fields {
		err = errors.Join(err, k.restoreField(ctx, f))
	}
	return err
}

func (k *keeper) restoreAccount(ctx context.Context) error {
	is, err := k.desk.User(ctx, helpdesk.System(), k.account.ID)
	if err != nil {
		return err
	}
	want := k.account.Clone()
	want.Version, want.PasswordHash = is.Version, is.PasswordHash
	if reflect.DeepEqual(is, want) {
		return nil
	}
	_, err = k.desk.UpdateUser(ctx, helpdesk.System(), k.account.ID, func(u *user.User) error {
		*u = *want
		return nil
	})
	return err
}

// restoreField defines a custom field as it was, with another id where it was deleted.
func (k *keeper) restoreField(ctx context.Context, want *ticket.CustomField) error {
	all, err := k.desk.Fields(ctx, helpdesk.System())
	if err != nil {
		return err
	}
	for _, f := range all {
		if f.ID != want.ID {
			continue
		}
		again := *want
		again.Version = f.Version
		if reflect.DeepEqual(f, &again) {
			return nil
		}
		_, err := k.desk.UpdateCustomField(ctx, helpdesk.System(), want.ID, func(f *ticket.CustomField) error {
			*f = again
			return nil
		})
		return err
	}
	made, err := k.desk.CreateCustomField(ctx, helpdesk.System(), want)
	if err == nil {
		*want = *made
	}
	return err
}

// open lets requesters open tickets in a queue.
func open(ctx context.Context, d *helpdesk.Desk, queue int64) error {
	q, err := d.Queue(ctx, helpdesk.System(), queue)
	if err != nil || q.AllowPublicSubmission {
		return err
	}
	_, err = d.UpdateQueue(ctx, helpdesk.System(), queue, func(q *ticket.Queue) error {
		q.AllowPublicSubmission = true
		return nil
	})
	return err
}
