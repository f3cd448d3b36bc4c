package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestDocumentedRequests sends the requests of the API's documentation.
func TestDocumentedRequests(t *testing.T) {
	t.Parallel()
	admin := client{t, here(t, anyPort, freshDB(t)), "admin", "admin"}

	opened := admin.send("POST", "/api/tickets/",
		`{"queue": 1, "title": "Test Ticket API", "description": "Test create ticket from API",
			"submitter_email": "test@mail.com", "priority": 4}`).is(201)
	opened.has(`"title":"Test Ticket API"`, `"status":1`, `"priority":4`, `"submitter_email":"test@mail.com"`, `"title":"Ticket Opened"`)

	withFile := admin.form("/api/tickets/", part{"queue", "1", ""}, part{"title", "Test Ticket API with attachment", ""},
		part{"description", "Test create ticket from API avec attachment", ""}, part{"submitter_email", "test@mail.com", ""},
		part{"priority", "2", ""}, part{"attachment", "Hello", "file.txt"}).is(201)
	withFile.has(`"filename":"file.txt"`, `"size":5`)

	followUp := admin.form("/api/followups/", part{"ticket", withFile.id(), ""}, part{"title", "Test ticket answer", ""},
		part{"comment", "This answer contains multiple files as attachment.", ""},
		part{"attachments", "%PDF-1.7", "doc.pdf"}, part{"attachments", "\x89PNG", "image.png"}).is(201)
	followUp.has(`"title":"Test ticket answer"`, `"filename":"doc.pdf"`, `"filename":"image.png"`)
	admin.get("/api/tickets/"+withFile.id()).is(200).has(`"filename":"file.txt"`, `"filename":"doc.pdf"`, `"filename":"image.png"`)

	admin.send("POST", "/api/users/",
		`{"first_name": "New", "last_name": "Person", "username": "newcomer",
			"email": "newcomer@example.com", "password": "a-rather-long-one"}`).is(201)
	newcomer := client{t, admin.base, "newcomer", "a-rather-long-one"}
	newcomer.get("/api/users/me/").is(200).has(`"username":"newcomer"`, `"is_staff":false`)
	newcomer.get("/api/tickets/").is(403)

	path := "/api/tickets/" + opened.id()
	admin.send("PUT", path, `{"queue": 2, "title": "Put", "description": "All of it", "resolution": null,
		"submitter_email": "test@mail.com", "assigned_to": 1, "status": 2, "on_hold": true, "priority": 1, "due_date": "2030-01-02T03:04",
		"merged_to": null,
			"custom_seats": 3}`).is(200).
		has(`"queue":2`, `"on_hold":true`, `"due_date":"2030-01-02T03:04:00Z"`, `"custom_seats":3`)
	admin.send("PATCH", path, `{"title": "Patched"}`).is(200).has(`"title":"Patched"`, `"status":2`)
	if gone := admin.do("DELETE", path, "", nil).is(204); len(gone.body) > 0 {
		t.Errorf("DELETE answers %q", gone.body)
	}
	admin.get(path).is(404)
}

// TestATokenIsGoodForWhatItWasMadeFor, at the desk that handed it out.
func TestATokenIsGoodForWhatItWasMadeFor(t *testing.T) {
	t.Parallel()
	admin := client{t, here(t, anyPort, freshDB(t)), "admin", "admin"}
	token := admin.send("POST", "/api/tokens/", `{"name": "backup"}`).is(201).text("token")
	req, err := http.NewRequestWithContext(t.Context(), "GET", admin.base+"/api/tickets/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := patient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != 200 {
		t.Errorf("with a token: %d, %v", resp.StatusCode, err)
	}
}

func TestSampleData(t *testing.T) {
	t.Parallel()
	admin := client{t, here(t, anyPort, freshDB(t)), "admin", "admin"}
	tickets := admin.get("/api/tickets/").is(200).
		has(`"filename":"printer.log"`, `"status":5`, `"new_status":3`, `"custom_plan":"Team"`, "Referenced in ticket #4")
	if n := tickets.number("count"); n != 5 {
		t.Errorf("%d tickets", n)
	}
	admin.get("/api/queues/1").is(200).has(`"slug":"support"`)
	admin.get("/api/followups-attachments/1/download/").is(200).has("toner")
	admin.get("/api/user_tickets/").is(200).has(`"count":1`)
	admin.get("/api/users/").is(200).has(`"username":"ada"`, `"username":"carol"`)
}

func TestPageSize(t *testing.T) {
	t.Parallel()
	admin := client{t, here(t, anyPort, freshDB(t), "-page-size=2"), "admin", "admin"}
	first := admin.get("/api/tickets").is(200)
	if next := first.text("next"); !strings.Contains(next, "page=2") {
		t.Errorf("next %q", next)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	url := here(t, anyPort, freshDB(t))
	nobody, wrong, admin := client{t, url, "", ""}, client{t, url, "admin", "wrong"}, client{t, url, "admin", "admin"}
	nobody.get("/api/").is(200)
	a := nobody.get("/api/tickets/").is(401)
	if got := a.header.Get("WWW-Authenticate"); got != `Basic realm="api", Bearer realm="api"` {
		t.Errorf("WWW-Authenticate %q", got)
	}
	wrong.get("/api/tickets/").is(401)
	admin.get("/api/nothing/").is(404).has(`{"detail":"Not found."}`)
	nobody.get("/nothing").is(404)
	admin.do("POST", "/", "", nil).is(405)
	admin.send("POST", "/api/tickets/", `{"queue":99}`).is(400).has(`"title":["This field is required."]`, `object does not exist`)

	req, err := http.NewRequest("POST", url+"/api/tickets/", strings.NewReader("queue=1&title=forged"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://elsewhere.example")
	req.SetBasicAuth("admin", "admin")
	resp, err := patient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != 403 {
		t.Errorf("a form of another site: %d, %v", resp.StatusCode, err)
	}
}

func TestLandingPage(t *testing.T) {
	t.Parallel()
	url := here(t, anyPort, freshDB(t))
	page := client{t: t, base: url}.get("/").is(200).has(`href="/api/"`, "curl -u admin:admin "+url)
	if got := page.header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type %q", got)
	}

	r := httptest.NewRequest("GET", "/", nil)
	r.Host = `"><script>`
	w := httptest.NewRecorder()
	landing(login{}).ServeHTTP(w, r)
	if strings.Contains(w.Body.String(), "<script") || !strings.Contains(w.Body.String(), "&lt;script") {
		t.Errorf("Host is not escaped in\n%s", w.Body)
	}
}

// TestTheDocumentationIsMounted at the path that the program announces.
func TestTheDocumentationIsMounted(t *testing.T) {
	t.Parallel()
	c := client{t: t, base: here(t, anyPort, freshDB(t))}
	c.get("/docs/").is(200).has(`data-document="/api/openapi.json"`)
	c.get("/docs/page.js").is(200)
	client{t, c.base, "admin", "admin"}.get("/api/openapi.json").is(200).has(`"openapi":"3.1.0"`)
}
