package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// fuzzDesk takes any body on every resource that takes one.
type fuzzDesk struct {
	*testdesk.Desk
	handler http.Handler
	targets [][2]string // method and path
	commits atomic.Int64
}

func newFuzzDesk(f *testing.F) *fuzzDesk {
	d := &fuzzDesk{}
	store := testdesk.OpenStore(f, func(query string) {
		if query == "COMMIT" {
			d.commits.Add(1)
		}
	})
	d.Desk = testdesk.Over(f, store, helpdesk.Config{})
	d.handler = newHandler(d.Desk.Desk, httpapi.Config{Authenticator: auth.Basic(d.Desk), MaxBody: 1 << 16, MaxUpload: 1 << 16})
	admin := user.Credentials{Username: "admin", Password: testdesk.Password("admin"), Address: "192.0.2.1"} // that of httptest
	_, err := d.Login(f.Context(),
		admin) // the first one is written down
	check(f, err)
	thread, err := d.CreateTicket(f.Context(), d.Users["staff"], &ticket.Ticket{QueueID: d.Queues["support"].ID, Title: "t"})
	check(f, err)
	followUps, _ := thread.Loaded()
	a, err := d.CreateAttachment(f.Context(), d.Users["staff"], &followup.Attachment{FollowUpID: followUps[0].ID}, file("a.txt", "content"))
	check(f, err)
	for _, item := range []struct {
		collection string
		id         int64
	}{
		{"tickets", thread.ID}, {"followups", followUps[0].ID}, {"followups-attachments", a.ID},
		{"users", d.Users["jane"].ID}, {"queues", d.Queues["billing"].ID}, {"custom-fields", d.Fields[0].ID},
	} {
		path := "/api/" + item.collection + "/"
		one := path + strconv.FormatInt(item.id, 10) + "/"
		d.targets = append(d.targets, [2]string{"POST", path}, [2]string{"PATCH", one}, [2]string{"PUT", one})
	}
	return d
}

// send sends a body to one target, and fails on a server error, on an answer
// that is no JSON, and on a refused request that committed something.
func (d *fuzzDesk) send(t *testing.T, target uint8, contentType, body string) {
	t.Helper()
	method, path := d.targets[int(target)%len(d.targets)][0], d.targets[int(target)%len(d.targets)][1]
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.SetBasicAuth("admin", testdesk.Password("admin"))
	w := httptest.NewRecorder()
	before := d.commits.Load()
	d.handler.ServeHTTP(w, r)
	switch {
	case w.Code >= 500:
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	case !json.Valid(w.Body.Bytes()):
		t.Fatalf("%s %s: %d, no JSON: %q", method, path, w.Code, w.Body)
	case w.Code >= 400 && d.commits.Load() != before:
		t.Fatalf("%s %s: %d, and yet something was stored", method, path, w.Code)
	}
}

// fuzzSeeds are texts that break careless readers.
var fuzzSeeds = []string{
	"", " ", "\x00", "\xff\xfe", "\ufeff{}", "{", "[", "null", `{"a":1,"a":2}`, strings.Repeat("[", 5000),
	`{"title":"\ud800","queue":1e400,"status":-0,"priority":99999999999999999999999999}`,
	`{"queue":1,"title":"t","custom_seats":` + strings.Repeat("9",
		2000) + `,"custom_cost":1e999999999,"custom_when":"0001-01-01T00:00+23:59"}`,
	`{"ticket":1,"time_spent":"P999999999DT24H","new_status":3,"attachments":[null,{},"x"],"comment":"#1 #2 &#3;"}`,
	`{"followup":1,"filename":"../..","mime_type":"","file":{}}`,
	`{"username":"\ufdfa","password":"x","email":"a@[::1]","is_staff":"oN"}`,
	`{"name":"n","label":"l","data_type":"decimal","max_length":-1,"decimal_places":99999999999999999999}`,
	"queue=1&title=%zz%00&on_hold=&custom_vip=;&=&&status=%ff",
	"ticket=1&comment=+%2B&time_spent=1e5&new_status=",
	"--b\r\nContent-Disposition: form-data; name=\"queue\"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; " +
		"name=\"title\"; filename=\"x\x00.txt\"\r\n\r\nx",
	"--b\r\nContent-Disposition: form-data; name=file; filename*=UTF-8''%ff\r\nContent-Transfer-Encoding: base64\r\n\r\n====\r\n--b--",
}

func fuzzBodies(f *testing.F, contentType string) {
	d := newFuzzDesk(f)
	for i := range d.targets {
		for _, body := range fuzzSeeds {
			f.Add(uint8(i), body)
		}
	}
	f.Fuzz(func(t *testing.T, target uint8, body string) { d.send(t, target, contentType, body) })
}

func FuzzJSONBody(f *testing.F)      { fuzzBodies(f, "application/json") }
func FuzzFormBody(f *testing.F)      { fuzzBodies(f, "application/x-www-form-urlencoded") }
func FuzzMultipartBody(f *testing.F) { fuzzBodies(f, "multipart/form-data; boundary=b") }
