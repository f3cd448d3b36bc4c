package helpdesk_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/storagetest"
	"github.com/go-helpdesk/helpdesk/user"
)

// bare is a desk of nobody over a store.
func bare(t testing.TB, s storage.Store) *desk {
	t.Helper()
	cheap := &user.Hasher{Params: user.Params{Memory: 8, Time: 1, Threads: 1}}
	return &desk{Desk: must(helpdesk.New(s, helpdesk.Config{Hasher: cheap}))(t), store: s}
}

func TestTheFirstSuperuserIsMadeOnce(t *testing.T) {
	t.Parallel()
	d := bare(t, testdesk.OpenStore(t))
	root := &user.User{Username: "root", FirstName: "R.", Email: "root@example.com"}
	for password, want := range map[string]string{"zq8": "password: password too short (limit 8)", "  ": "password: blank"} {
		_, err := d.EnsureSuperuser(t.Context(), root, password)
		equal(t, wrong(t, err), want)
	}
	_, err := d.EnsureSuperuser(t.Context(), &user.User{Username: "a b"}, "long-enough-9")
	equal(t, wrong(t, err), "username: not a username")

	equal(t, must(d.EnsureSuperuser(t.Context(), root, "long-enough-9"))(t), true)
	u := must(d.FindUser(t.Context(), "root"))(t)
	equal(t, u.IsSuperuser() && u.EmailVerified && u.FirstName == "R.", true)
	equal(t, d.login(t, home, "root", "long-enough-9"), "in")

	unchanged := d.unchanged(t)
	for _, again := range []*user.User{root, {Username: "other"}, {Username: "a b"}, {}} {
		equal(t, must(d.EnsureSuperuser(t.Context(), again, "another-pass-7"))(t), false)
	}
	unchanged()
}

func TestNobodyBecomesTheFirstSuperuserInPassing(t *testing.T) {
	t.Parallel()
	d := bare(t, testdesk.OpenStore(t))
	must(d.CreateUser(t.Context(), helpdesk.System(), &user.User{Username: "Root", Active: true}, "long-enough-9"))(t)
	must(d.CreateUser(t.Context(), helpdesk.System(), &user.User{Username: "gone", Superuser: true}, "long-enough-9"))(t) // inactive
	unchanged := d.unchanged(t)
	for _, name := range []string{"root", "gone"} {
		_, err := d.EnsureSuperuser(t.Context(), &user.User{Username: name}, "another-pass-7")
		equal(t, wrong(t, err), "username: already taken")
	}
	unchanged()
	equal(t, must(d.EnsureSuperuser(t.Context(), &user.User{Username: "boss"}, "another-pass-7"))(t), true)
}

// TestProcessesThatStartTogetherMakeOneSuperuser, and none fails.
func TestProcessesThatStartTogetherMakeOneSuperuser(t *testing.T) {
	t.Parallel()
	store := testdesk.OpenStore(t)
	var made atomic.Int32
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			ok, err := bare(t, store).EnsureSuperuser(t.Context(), &user.User{Username: "root"}, "long-enough-9")
			if err != nil {
				t.Error(err)
			}
			if ok {
				made.Add(1)
			}
		})
	}
	all.Wait()
	equal(t, made.Load(), 1)
}

func TestTheFirstSuperuserIsMadeWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	storagetest.EachFailure(t, func(t testing.TB) storage.Store { return testdesk.OpenStore(t) }, func(s storage.Store) error {
		_, err := bare(t, s).EnsureSuperuser(t.Context(), &user.User{Username: "root"}, "long-enough-9")
		return err
	}, nil)
}
