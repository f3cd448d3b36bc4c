package helpdesk_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

// hashing is a desk whose hasher has other parameters while fn of atomically runs.
type hashing struct {
	*desk
	hasher *user.Hasher
	runs   int
}

func newHashing(t testing.TB) *hashing {
	t.Helper()
	hasher := &user.Hasher{Params: user.Params{Memory: 8, Time: 1, Threads: 1}}
	return &hashing{desk: handled(testdesk.New(t, helpdesk.Config{Hasher: hasher})), hasher: hasher}
}

func (h *hashing) atomically(ctx context.Context, fn func(in *desk) error) error {
	h.runs = 0
	return h.desk.atomically(ctx, func(in *desk) error {
		h.runs++
		h.hasher.Params.Memory = 16
		defer func() { h.hasher.Params.Memory = 8 }()
		return fn(in)
	})
}

// hashedInside reports whether a user's password was hashed while the transaction was open.
func (h *hashing) hashedInside(t testing.TB, username string) bool {
	t.Helper()
	return strings.Contains(must(h.FindUser(t.Context(), username))(t).PasswordHash, "m=16,")
}

// TestPasswordsAreHashedBeforeTheTransaction: all of them at once, each with its salt.
func TestPasswordsAreHashedBeforeTheTransaction(t *testing.T) {
	t.Parallel()
	h := newHashing(t)
	ctx := t.Context()
	names := []string{"one", "two", "three"}
	check(t, h.atomically(ctx, func(in *desk) error {
		for _, name := range names {
			u, err := in.CreateUser(ctx, h.admin, &user.User{Username: name, Active: true}, "long-enough-9")
			if err != nil {
				return err
			}
			if name == "three" {
				if err := in.SetPassword(ctx, h.admin, u.ID, "longer-than-9"); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	equal(t, h.runs, 2)
	hashes := map[string]bool{}
	for _, name := range names {
		equal(t, h.hashedInside(t, name), false)
		hashes[must(h.FindUser(ctx, name))(t).PasswordHash] = true
		password := map[bool]string{false: "long-enough-9", true: "longer-than-9"}[name == "three"]
		equal(t, must(h.Login(ctx, user.Credentials{Username: name, Password: password}))(t) != nil, true)
	}
	equal(t, len(hashes), 3)
}

// TestPasswordsAreVerifiedBeforeTheTransaction, also that of somebody who was made in it.
func TestPasswordsAreVerifiedBeforeTheTransaction(t *testing.T) {
	t.Parallel()
	h := newHashing(t)
	ctx := t.Context()
	check(t, h.atomically(ctx, func(in *desk) error {
		u, err := in.CreateUser(ctx, h.admin, &user.User{Username: "new", Active: true}, "long-enough-9")
		if err != nil {
			return err
		}
		return in.ChangePassword(ctx, u, "long-enough-9", "longer-than-9", "")
	}))
	equal(t, h.hashedInside(t, "new"), false)
	equal(t, must(h.Login(ctx, user.Credentials{Username: "new", Password: "longer-than-9"}))(t) != nil, true)
	is(t, h.atomically(ctx, func(in *desk) error {
		err := in.ChangePassword(ctx, h.staff, "wrong", "longer-than-9", "")
		if h.runs > 1 {
			equal(t, wrong(t, err), "old_password: wrong password")
		}
		return errTakenBack
	}), errTakenBack)
	equal(t, h.runs, 2)
}

// TestAPasswordThatIsNewEachTime does not keep a transaction from ending.
func TestAPasswordThatIsNewEachTime(t *testing.T) {
	t.Parallel()
	h := newHashing(t)
	password := ""
	check(t, h.atomically(t.Context(), func(in *desk) error {
		password = rand.Text()
		return failure(in.CreateUser(t.Context(), h.admin, &user.User{Username: "new", Active: true}, password))
	}))
	equal(t, must(h.Login(t.Context(), user.Credentials{Username: "new", Password: password}))(t) != nil, true)
}

// TestAPasswordThatIsWrongIsHashedForNobody.
func TestAPasswordThatIsWrongIsHashedForNobody(t *testing.T) {
	t.Parallel()
	h := newHashing(t)
	check(t, h.atomically(t.Context(), func(in *desk) error {
		_, err := in.CreateUser(t.Context(), h.admin, &user.User{Username: "new"}, "short")
		wrong(t, err)
		return nil
	}))
	equal(t, h.runs, 1)
}
