package cookbook

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

func open(t testing.TB) *sqlite.Store {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "desk.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func newDesk(t testing.TB, store storage.Store) *helpdesk.Desk {
	t.Helper()
	desk, err := helpdesk.New(store, helpdesk.Config{})
	if err := errors.Join(err, store.Migrate(t.Context())); err != nil {
		t.Fatal(err)
	}
	return desk
}

func answer(h http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestRouters(t *testing.T) {
	api, err := httpapi.New(newDesk(t, open(t)), httpapi.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for name, router := range map[string]http.Handler{"chi": OnChi(api), "gorilla": OnGorilla(api)} {
		for path, status := range map[string]int{
			"/api": 200, "/api/": 200, "/api/tickets": 401, "/api/tickets/1/": 401, "/apis": 404, "/": 404,
		} {
			if w := answer(router, "GET", path); w.Code != status {
				t.Errorf("%s: GET %s is %d, not %d", name, path, w.Code, status)
			}
		}
		if w := answer(router, "POST", "/api//tickets/"); w.Code/100 == 3 {
			t.Errorf("%s redirects a POST", name)
		}
	}
}

func TestBehindProxy(t *testing.T) {
	api, err := BehindProxy(newDesk(t, open(t)))
	if err != nil {
		t.Fatal(err)
	}
	w := answer(api, "GET", "/api/", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "desk.example", "X-Forwarded-Prefix", "/help")
	if !strings.Contains(w.Body.String(), "https://desk.example/help/api/tickets/") {
		t.Errorf("links are %s", w.Body)
	}
}

func TestUsers(t *testing.T) {
	ctx, desk := t.Context(), newDesk(t, open(t))
	t.Setenv("DESK_ROOT_PASSWORD", "correct horse 7")
	if err := FirstUser(ctx, desk); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DESK_ROOT_PASSWORD", "")
	if err := FirstUser(ctx, desk); err != nil {
		t.Errorf("the second start: %v", err)
	}

	hired, err := Hire(ctx, desk, "17", "eve", "eve@example.com")
	if err != nil || !hired.IsStaff() {
		t.Fatalf("hired %+v, %v", hired, err)
	}
	if err := errors.Join(Dismiss(ctx, desk, "17"), Dismiss(ctx, desk, "18")); err != nil {
		t.Error(err)
	}
	if u, err := desk.UserByExternalID(ctx, helpdesk.System(), "employee/17"); err != nil || u.Active {
		t.Errorf("dismissed %+v, %v", u, err)
	}
}

// What README sends with curl creates a ticket.
func TestReadmePost(t *testing.T) {
	text, err := os.ReadFile("testdata/README.md")
	if err != nil {
		t.Fatal(err)
	}
	body := regexp.MustCompile(`(?m)^    -d '(.*)' \\$`).FindSubmatch(text)
	if body == nil {
		t.Fatal("README has no POST")
	}
	desk := newDesk(t, open(t))
	if _, err := desk.CreateQueue(t.Context(), helpdesk.System(), &ticket.Queue{Title: "Support", Slug: "support"}); err != nil {
		t.Fatal(err)
	}
	api, err := httpapi.New(desk, httpapi.Config{Authenticator: auth.Func(func(*http.Request) (auth.Identity, error) {
		return auth.Identity{External: &user.External{ID: "1", Username: "root", Staff: true}}, nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/api/tickets/", bytes.NewReader(body[1]))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	if w.Code != http.StatusCreated {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestLimitsOf(t *testing.T) {
	if l := LimitsOf(&user.User{Active: true, Staff: true}); l != helpdesk.NoLimits() {
		t.Errorf("staff have %+v", l)
	}
	if l := LimitsOf(&user.User{Active: true}); l.CreatesPerMinute != 10 {
		t.Errorf("requesters have %+v", l)
	}
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit := &RateLimit{PerMinute: 2, Authenticator: auth.Func(func(r *http.Request) (auth.Identity, error) {
			switch name := r.Header.Get("Who"); name {
			case "":
				return auth.Identity{}, auth.ErrNoCredentials
			case "ada":
				return auth.Identity{User: &user.User{ID: 1}}, nil
			default:
				return auth.Identity{External: &user.External{ID: name}}, nil
			}
		})}
		ask := func(who string) error {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Who", who)
			_, err := limit.Authenticate(r)
			return err
		}
		for _, who := range []string{"ada", "eve"} {
			if err := errors.Join(ask(who), ask(who)); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(20 * time.Second) // of the bubble's clock
		var throttled *auth.Throttled
		if err := ask("ada"); !errors.As(err, &throttled) || throttled.RetryAfter != 40*time.Second {
			t.Errorf("the third request: %v", err)
		}
		if err := ask(""); !errors.Is(err, auth.ErrNoCredentials) {
			t.Errorf("without credentials: %v", err)
		}
		time.Sleep(40 * time.Second)
		if err := ask("ada"); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
}

// After ten days there are copies of seven, and each is a desk.
func TestBackupDaily(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the days are those of the bubble's clock
		store, dir := open(t), t.TempDir()
		newDesk(t, store)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go BackupDaily(ctx, store, dir)
		time.Sleep(10*24*time.Hour + time.Hour)
		found, err := filepath.Glob(filepath.Join(dir, "*"))
		if err != nil || len(found) != 7 {
			t.Fatalf("%q, %v", found, err)
		}
		restored, err := sqlite.Open(ctx, found[0])
		if err != nil {
			t.Fatal(err)
		}
		defer restored.Close()
		if err := restored.Ready(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestLogRequest(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	var log bytes.Buffer
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	LogRequest(t.Context(), httpapi.Metrics{Method: "GET", Route: "/tickets/:id", Status: 503})
	for _, want := range []string{"level=ERROR", "method=GET", "route=/tickets/:id", "status=503"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in %s", want, &log)
		}
	}
}

func TestMetrics(t *testing.T) {
	api, err := WithMetrics(newDesk(t, open(t)))
	if err != nil {
		t.Fatal(err)
	}
	answer(api, "GET", "/api/tickets/1/")
	if n := requests.Get("GET /tickets/:id 401"); n == nil {
		t.Errorf("counted %v", requests)
	}
}

// A file stays as long as an attachment names it, whatever is rolled back, and is swept then.
func TestObjectStore(t *testing.T) {
	ctx, bucket := t.Context(), &memory{objects: map[string]object{}}
	store := ObjectStore{open(t), bucket}
	desk := newDesk(t, store)
	system := helpdesk.System()
	q, err := desk.CreateQueue(ctx, system, &ticket.Queue{Title: "Support", Slug: "support"})
	if err != nil {
		t.Fatal(err)
	}
	file := followup.Upload{Filename: "a.txt", Size: 5, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("hello")), nil
	}}
	if _, err := desk.CreateTicket(ctx, system, &ticket.Ticket{QueueID: q.ID, Title: "With files"}, file, file); err != nil {
		t.Fatal(err)
	}
	if len(bucket.objects) != 2 {
		t.Fatalf("%d objects", len(bucket.objects))
	}
	a, _, err := desk.OpenAttachment(ctx, system, 1)
	if err != nil {
		t.Fatal(err)
	}
	rolledBack := errors.New("rolled back")
	err = store.Update(ctx, func(tx storage.Tx) error {
		if _, _, err := tx.Files().Put(ctx, strings.NewReader("lost")); err != nil {
			return err
		}
		return errors.Join(rolledBack, tx.Files().Delete(ctx, a.Content))
	})
	if !errors.Is(err, rolledBack) || len(bucket.objects) != 3 {
		t.Fatalf("%v, %d objects", err, len(bucket.objects))
	}
	if err := desk.DeleteAttachment(ctx, system, 2); err != nil {
		t.Fatal(err)
	}
	if n, err := desk.Sweep(ctx); n != 0 || err != nil {
		t.Errorf("swept %d files of today, %v", n, err)
	}
	if n, err := store.Sweep(ctx, -time.Hour); n != 2 || err != nil {
		t.Errorf("swept %d files, %v", n, err)
	}
	_, content, err := desk.OpenAttachment(ctx, system, 1)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(content); string(text) != "hello" || err != nil {
		t.Errorf("the content is %q, %v", text, err)
	}
}

// memory is a bucket in memory.
type memory struct {
	mu      sync.Mutex
	objects map[string]object
}

type object struct {
	content []byte
	stored  time.Time
}

func (m *memory) Put(_ context.Context, r io.Reader) (string, int64, error) {
	content, err := io.ReadAll(r)
	if err != nil {
		return "", 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key := rand.Text()
	m.objects[key] = object{content, time.Now()}
	return key, int64(len(content)), nil
}

func (m *memory) ReadAt(_ context.Context, key string, p []byte, off int64) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.objects[key]
	if !ok {
		return 0, fmt.Errorf("read %s: %w", key, storage.ErrNotFound)
	}
	return bytes.NewReader(o.content).ReadAt(p, off)
}

func (m *memory) Delete(_ context.Context, keys ...string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range keys {
		delete(m.objects, key)
	}
	return nil
}

func (m *memory) Keys(_ context.Context, before time.Time) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		m.mu.Lock()
		var keys []string
		for key, o := range m.objects {
			if o.stored.Before(before) {
				keys = append(keys, key)
			}
		}
		m.mu.Unlock()
		yield(keys, nil)
	}
}
