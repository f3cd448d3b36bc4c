package httpapi_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage"
)

var noRoom = detail("The server has no room left to store this. Please tell the people who run this site.")

// TestAFullDiskIsToldAndLoggedOnceAMinute, wherever it is met, while the clients
// that meet it are many.
func TestAFullDiskIsToldAndLoggedOnceAMinute(t *testing.T) {
	t.Parallel()
	base := newAPI(t, httpapi.Config{})
	for _, err := range []error{fmt.Errorf("insert: %w", storage.ErrFull), fmt.Errorf("spool: %w", syscall.ENOSPC),
		fmt.Errorf("spool: %w", syscall.EDQUOT)} {
		synctest.Test(t, func(t *testing.T) {
			d := *base.Desk
			d.Desk = base.With(&failing{Store: base.Store, list: fine, start: func() error { return err }})
			a := serve(&d, base.log, httpapi.Config{Authenticator: auth.Func(func(r *http.Request) (auth.Identity, error) {
				if r.Header.Get("X-New") != "" {
					return auth.Identity{}, fmt.Errorf("store the host's user: %w", helpdesk.ErrFull)
				}
				return auth.Identity{User: base.Users["admin"]}, nil
			})})
			for range 3 {
				for _, r := range requests {
					a.call(t, "", r.method, r.path, r.body).is(t, http.StatusInsufficientStorage, noRoom)
				}
				a.log.is(t, "ERROR helpdesk: no room left method=GET path=/api/tickets/ error="+err.Error())
				time.Sleep(time.Minute - time.Nanosecond)
				a.call(t, "", "GET", "/api/tickets/", "").is(t, http.StatusInsufficientStorage, noRoom)
				a.log.is(t)
				time.Sleep(time.Nanosecond)
			}
			r, _ := http.NewRequestWithContext(t.Context(), "GET", "http://desk.example/api/tickets/", nil)
			r.Header.Set("X-New", "1")
			a.do(t, "", r).is(t, http.StatusInsufficientStorage, noRoom)
			a.log.is(t, "ERROR helpdesk: no room left method=GET path=/api/tickets/ error=store the host's user: "+helpdesk.ErrFull.Error())
		})
	}
}

// TestAFullTemporaryDirectoryIsToldLikeAFullDatabase, and small uploads go on.
func TestAFullTemporaryDirectoryIsToldLikeAFullDatabase(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here, TestAFullDiskIsToldAndLoggedOnceAMinute has to do: %v: %s", err, out)
	}
	t.Cleanup(func() { check(t, exec.Command("umount", dir).Run()) })
	a := newAPI(t, httpapi.Config{})
	t.Setenv("TMPDIR", dir)
	send := func(size int) *answer {
		return a.upload(t, "staff", "POST", "/api/tickets/", part{name: "queue", content: "1"}, part{name: "title", content: "x"},
			part{name: "attachment", filename: "a.txt", content: strings.Repeat("x", size)})
	}
	unchanged := a.unchanged(t)
	for range 3 {
		send(500*kilo).is(t, http.StatusInsufficientStorage, noRoom)
	}
	unchanged()
	if len(a.log.lines) != 1 || !strings.HasPrefix(a.log.lines[0], "ERROR helpdesk: no room left method=POST path=/api/tickets/") {
		t.Errorf("logged %q", a.log.lines)
	}
	for _, size := range []int{1, 150 * kilo, 150 * kilo} { // what could not be spooled left nothing behind
		send(size).is(t, http.StatusCreated, "")
	}
}
