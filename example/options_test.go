package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFlagsThatMakeNoSense(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string // in what is printed
	}{
		{[]string{"-nothing"}, "not defined"},
		{[]string{"serve"}, `unexpected argument "serve"`},
		{[]string{"-addr=127.0.0.1"}, "missing port"},
		{[]string{"-addr=0.0.0.0:0"}, "-admin user:password or -demo=false"},
		{[]string{"-addr=:0"}, "-admin user:password or -demo=false"},
		{[]string{"-addr=[::]:0"}, "-admin user:password or -demo=false"},
		{[]string{"-db=helpdesk.db"}, "sqlite:PATH or mysql:DSN"},
		{[]string{"-db=oracle:x"}, `"oracle" are not supported`},
		{[]string{"-db=sqlite:"}, "names no database"},
		{[]string{"-db=mysql:"}, "names no database"},
		{[]string{"-admin=root"}, "user:password"},
		{[]string{"-admin=:secret"}, "user:password"},
		{[]string{"-admin=root:"}, "user:password"},
		{[]string{"-admin=no spaces:secret"}, "username"},
		{[]string{"-admin=root:" + strings.Repeat("x", 4097)}, "longer than 4096"},
		{[]string{"-page-size=-1"}, "want a number"},
		{[]string{"-page-size=1x"}, "want a number"},
		{[]string{"-demo=perhaps"}, "parse error"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), test.args, &stdout, &stderr); code != 2 {
			t.Errorf("%q: exit code %d", test.args, code)
		}
		if stdout.Len() > 0 || !strings.Contains(stderr.String(), test.want) {
			t.Errorf("%q: %s%s", test.args, &stdout, &stderr)
		}
	}
}

// TestPasswordsStaySecret: the place of the data is printed.
func TestPasswordsStaySecret(t *testing.T) {
	for name, want := range map[string]string{
		"sqlite:a@b.db":                 "a@b.db",
		"mysql:u:secret@tcp(h:1)/d":     "mysql tcp(h:1)/d",
		"mysql:u:@/secret@tcp(h,i)/d?x": "mysql tcp(h,i)/d",
		"mysql:u:secret@tcp(h)/d?x=/@":  "mysql tcp(h)/d",
		"mysql:u:secret@/d":             "mysql /d",
		"mysql:u:secret":                "mysql",
	} {
		var d database
		if err := d.set(name); err != nil || d.String() != want {
			t.Errorf("%s: %s, %v, want %s", name, d, err, want)
		}
	}
}

func TestHelp(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-h"}, &stdout, &stderr); code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, name := range []string{"-addr", "-db", "-admin", "-demo", "-page-size"} {
		if !strings.Contains(stderr.String(), name) {
			t.Errorf("no %s in\n%s", name, &stderr)
		}
	}
}

// fails runs the example where it cannot start, and returns why.
func fails(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), args, &stdout, &stderr); code != 1 {
		t.Errorf("%q: exit code %d", args, code)
	}
	if stdout.Len() > 0 {
		t.Errorf("%q: %s", args, &stdout)
	}
	return stderr.String()
}

func TestCannotStart(t *testing.T) {
	t.Parallel()
	if why := fails(t, anyPort, dbFlag(filepath.Join(t.TempDir(), "missing", "desk.db"))); !strings.Contains(why, "missing") {
		t.Error(why)
	}
	taken := here(t, anyPort, freshDB(t))
	if why := fails(t, "-addr="+strings.TrimPrefix(taken, "http://"), freshDB(t)); !strings.Contains(why, "in use") {
		t.Error(why)
	}
}

// A file with admin/admin in it is not served to others, whatever the flags.
func TestDefaultCredentialsStayHere(t *testing.T) {
	t.Parallel()
	db := freshDB(t)
	t.Run("here", func(t *testing.T) { here(t, anyPort, db) })
	for _, flag := range []string{"-demo=false", "-admin=root:other", "-admin=admin:admin", "-admin=ADMIN:admin"} {
		if why := fails(t, "-addr=0.0.0.0:0", db, flag); !strings.Contains(why, "-admin admin:password") {
			t.Errorf("%s: %s", flag, why)
		}
	}
	t.Run("changed", func(t *testing.T) {
		url := here(t, "-addr=0.0.0.0:0", db, "-admin=admin:other")
		if !strings.HasPrefix(url, "http://0.0.0.0:") {
			t.Error(url)
		}
		local := strings.Replace(url, "0.0.0.0", "127.0.0.1", 1)
		client{t, local, "admin", "admin"}.get("/api/tickets/").is(401)
		client{t, local, "admin", "other"}.get("/api/tickets/").is(200)
	})
}

func TestAdminFlag(t *testing.T) {
	t.Parallel()
	db := freshDB(t)
	t.Run("made", func(t *testing.T) {
		url := here(t, anyPort, db, "-admin=root:a:b")
		client{t, url, "root", "a:b"}.get("/api/users/me/").is(200).has(`"is_superuser":true`)
		client{t, url, "admin", "admin"}.get("/api/users/me/").is(401)
		client{t, url, "root", "a:b"}.get("/api/tickets/").is(200).has(`"count":5`)
		root := client{t, url, "root", "a:b"}
		root.send("POST", "/api/users/", `{"username":"second","password":"a-rather-long-one"}`).is(201)
	})
	t.Run("updated", func(t *testing.T) {
		url := here(t, anyPort, db, "-admin=Second:x")
		client{t, url, "second", "a-rather-long-one"}.get("/api/users/me/").is(401)
		client{t, url, "second", "x"}.get("/api/users/me/").is(200).has(`"username":"second"`, `"is_superuser":true`, `"is_staff":true`)
	})
}

func TestEmptyDesk(t *testing.T) {
	t.Parallel()
	db := freshDB(t)
	p := launch(t, anyPort, db, "-demo=false")
	client{t, p.url, "admin", "admin"}.get("/api/tickets/").is(401)
	if _, out := p.stop(os.Interrupt); !strings.Contains(out, "There is no superuser yet: stop, and start with -admin user:password.") {
		t.Error(out)
	}
	p = launch(t, anyPort, db, "-demo=false", "-admin=root:secret")
	root := client{t, p.url, "root", "secret"}
	for _, list := range []string{"tickets", "queues", "custom-fields"} {
		root.get("/api/" + list + "/").is(200).has(`"count":0`)
	}
	if _, out := p.stop(os.Interrupt); !strings.Contains(out, "curl -u root ") || strings.Contains(out, "secret") {
		t.Error(out)
	}
	p = launch(t, anyPort, db) // no longer empty: nothing is added
	client{t, p.url, "root", "secret"}.get("/api/tickets/").is(200).has(`"count":0`)
	if _, out := p.stop(os.Interrupt); !strings.Contains(out, "one of the superusers of this desk") {
		t.Error(out)
	}
}
