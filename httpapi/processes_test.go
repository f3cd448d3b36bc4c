package httpapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/mysql"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
	"github.com/go-helpdesk/helpdesk/ticket"
)

var campaign = flag.Duration("campaign", 2*time.Second, "how long two processes work on one database")

// definerDatabase names the database of a second process.
const definerDatabase = "HTTPAPI_TEST_DEFINER_DATABASE"

// TestMain is a second process when it is told so.
func TestMain(m *testing.M) {
	if database := os.Getenv(definerDatabase); database != "" {
		if err := define(context.Background(), database); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// openDatabase opens what testdesk.Database made.
func openDatabase(ctx context.Context, database string) (storage.Store, error) {
	kind, name, _ := strings.Cut(database, ":")
	if kind == "mysql" {
		return mysql.Open(ctx, name, mysql.Connections(8))
	}
	return sqlite.Open(ctx, name)
}

// A definition is how a custom field was defined, and for how long at least, on the
// clock that the processes share.
type definition struct {
	Key      string
	Type     ticket.FieldType
	From, To int64 // UnixNano; To is 0 until it is about to change
}

// definer creates, retypes and deletes custom fields, and says so.
type definer struct {
	desk *helpdesk.Desk
	say  *json.Encoder
	live []*defined
	made int
}

type defined struct {
	id int64
	definition
}

// define runs a definer until the standard input ends.
func define(ctx context.Context, database string) error {
	store, err := openDatabase(ctx, database)
	if err != nil {
		return err
	}
	defer store.Close()
	desk, err := helpdesk.New(store, helpdesk.Config{})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	d := &definer{desk: desk, say: json.NewEncoder(os.Stdout)}
	for ctx.Err() == nil {
		if err := d.step(context.WithoutCancel(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// maxLive is how many fields there are at once.
const maxLive = 4

func (d *definer) step(ctx context.Context) error {
	switch n := rand.IntN(4); {
	case len(d.live) < maxLive && n < 2 || len(d.live) == 0:
		d.made++
		f := &ticket.CustomField{Name: fmt.Sprintf("f%d", d.made), Label: "F", Type: ticket.Text}
		created, err := d.desk.CreateCustomField(ctx, helpdesk.System(), f)
		if err != nil {
			return err
		}
		one := &defined{created.ID, definition{Key: created.Key(), Type: created.Type}}
		d.live = append(d.live, one)
		return d.begin(one)
	case n < 3:
		one := d.live[rand.IntN(len(d.live))]
		if err := d.end(one); err != nil {
			return err
		}
		changed, err := d.desk.UpdateCustomField(ctx, helpdesk.System(), one.id, func(f *ticket.CustomField) error {
			f.Type = map[ticket.FieldType]ticket.FieldType{ticket.Text: ticket.Integer, ticket.Integer: ticket.Text}[f.Type]
			return nil
		})
		if errors.Is(err, helpdesk.ErrInUse) {
			return d.begin(one)
		}
		if err != nil {
			return err
		}
		one.Type = changed.Type
		return d.begin(one)
	default:
		i := rand.IntN(len(d.live))
		one := d.live[i]
		d.live = slices.Delete(d.live, i, i+1)
		if err := d.end(one); err != nil {
			return err
		}
		return d.desk.DeleteCustomField(ctx, helpdesk.System(), one.id)
	}
}

// begin says that a definition is there.
func (d *definer) begin(one *defined) error {
	one.From, one.To = time.Now().UnixNano(), 0
	return d.say.Encode(one.definition)
}

// end says that a definition is about to go.
func (d *definer) end(one *defined) error {
	one.To = time.Now().UnixNano()
	return d.say.Encode(one.definition)
}

// said is what a definer has said so far.
type said struct {
	mu      sync.Mutex
	all     map[string][]definition // by key
	newest  []string                // keys
	retyped int
}

func (s *said) listen(r io.Reader) error {
	decoder := json.NewDecoder(bufio.NewReader(r))
	for {
		var d definition
		if err := decoder.Decode(&d); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		s.mu.Lock()
		known := s.all[d.Key]
		switch {
		case d.To != 0:
			known[len(known)-1].To = d.To
		default:
			if len(known) == 0 {
				s.newest = append(s.newest, d.Key)
			} else if known[len(known)-1].Type != d.Type {
				s.retyped++
			}
			s.all[d.Key] = append(known, d)
		}
		s.mu.Unlock()
	}
}

// keys are the newest custom fields, and the one that will come next.
func (s *said) keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := slices.Clone(s.newest[max(0, len(s.newest)-2*maxLive):])
	return append(keys, fmt.Sprintf("custom_f%d", len(s.newest)+1))
}

// during returns the definition that a custom field had all the time.
func (s *said) during(key string, from, to int64) (ticket.FieldType, bool) {
	for _, d := range s.all[key] {
		if d.From <= from && (d.To == 0 || d.To >= to) {
			return d.Type, true
		}
	}
	return "", false
}

// written is a write of custom values and what it was answered.
type written struct {
	request  string
	keys     []string
	from, to int64
	answer   map[string]any
}

// TestNoValueIsDroppedWhileAnotherProcessChangesDefinitions has a second process change
// the custom fields as fast as it can, while tickets with values of all of them are
// created, edited and read. A value of a field that existed all the time of a request
// is in its answer, in the form of the field's type, and every answer is valid.
func TestNoValueIsDroppedWhileAnotherProcessChangesDefinitions(t *testing.T) {
	t.Parallel()
	database := testdesk.Database(t)
	store, err := openDatabase(t.Context(), database)
	check(t, err)
	defer func() { check(t, store.Close()) }()
	check(t, store.Migrate(t.Context()))
	book := &logbook{}
	a := serve(testdesk.Over(t, store, helpdesk.Config{Logger: slog.New(book)}), book, httpapi.Config{})
	a.Handler = handlerOf(a.Handler) // not recorded, since nobody knows which custom fields the document has at the time
	for _, f := range a.Fields {
		check(t, a.DeleteCustomField(t.Context(), a.Users["admin"], f.ID))
	}

	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), definerDatabase+"="+database)
	var failure strings.Builder
	child.Stderr = &failure
	stop, err := child.StdinPipe()
	check(t, err)
	out, err := child.StdoutPipe()
	check(t, err)
	check(t, child.Start())
	heard, listening := &said{all: map[string][]definition{}}, make(chan error, 1)
	go func() { listening <- heard.listen(out) }()

	var all sync.WaitGroup
	writes := make([][]written, 4)
	end := time.Now().Add(*campaign)
	for i := range writes {
		all.Go(func() {
			for n := 0; n == 0 || time.Now().Before(end); n++ {
				writes[i] = append(writes[i], a.writeValues(t, heard)...)
			}
		})
	}
	all.Wait()
	check(t, stop.Close())
	check(t, <-listening)
	if err := child.Wait(); err != nil {
		t.Fatalf("%v: %s", err, failure.String())
	}
	checked := 0
	for _, w := range slices.Concat(writes...) {
		checked += heard.check(t, w)
	}
	t.Logf("in %v: %d definitions, %d retyped; %d writes, %d values of fields that existed all the time",
		*campaign, len(heard.all), heard.retyped, len(slices.Concat(writes...)), checked)
	check(t, testdesk.StrictJSON(a.call(t, "staff", "GET", tickets, "").is(t, http.StatusOK, "").Body.Bytes()))
	book.is(t)
}

// given is the value of every custom field, a text and a number.
const given = "007"

// writeValues creates a ticket, edits it, and reads it and a page.
func (a *api) writeValues(t *testing.T, heard *said) []written {
	t.Helper()
	keys := heard.keys()
	body := map[string]any{"queue": 1, "title": "x"}
	for _, key := range keys {
		body[key] = given
	}
	created := a.write(t, "POST", tickets, keys, body)
	if created.answer == nil {
		return nil
	}
	path := tickets + fmt.Sprint(created.answer["id"]) + "/"
	keys = heard.keys()
	body = map[string]any{}
	for _, key := range keys {
		body[key] = given
	}
	edited := a.write(t, "PATCH", path, keys, body)
	for _, path := range []string{path, tickets + "?page_size=5", "/api/custom-fields/"} {
		if err := testdesk.StrictJSON(a.call(t, "staff", "GET", path, "").is(t, http.StatusOK, "").Body.Bytes()); err != nil {
			t.Error(err)
		}
	}
	return []written{created, edited}
}

func (a *api) write(t *testing.T, method, path string, keys []string, body map[string]any) written {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(string(jsonText(body))))
	r.Header.Set("Content-Type", "application/json")
	w := written{request: method + " " + path, keys: keys, from: time.Now().UnixNano()}
	got := a.do(t, "staff", r)
	w.to = time.Now().UnixNano()
	if got.Code >= 300 {
		t.Errorf("%s: %d %s", w.request, got.Code, got.Body)
		return w
	}
	if err := testdesk.StrictJSON(got.Body.Bytes()); err != nil {
		t.Error(err)
		return w
	}
	if err := json.Unmarshal(got.Body.Bytes(), &w.answer); err != nil {
		t.Error(err)
	}
	return w
}

// check compares an answer with the definitions there were, and returns how many values
// could be told.
func (s *said) check(t *testing.T, w written) (checked int) {
	t.Helper()
	for _, key := range w.keys {
		kind, certain := s.during(key, w.from, w.to)
		if !certain {
			continue
		}
		checked++
		want := map[ticket.FieldType]any{ticket.Text: given, ticket.Integer: 7.0}[kind]
		if got := w.answer[key]; w.answer != nil && got != want {
			t.Errorf("%s: %s of the type %s is %v", w.request, key, kind, got)
		}
	}
	return checked
}
