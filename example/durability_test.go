package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const writers = 4

// TestKilledServerLosesNoAcknowledgedTicket kills the server again and again
// while it is written to, and looks for every ticket it had answered for.
func TestKilledServerLosesNoAcknowledgedTicket(t *testing.T) {
	kills := 20
	if testing.Short() {
		kills = 3
	}
	db := freshDB(t)
	p := launch(t, anyPort, db, "-demo=false", "-admin=root:secret")
	root := client{t, p.url, "root", "secret"}
	root.send("POST", "/api/queues/", `{"title":"Support","slug":"support"}`).is(201)

	known := ledger{}
	for round := range kills {
		maps.Copy(known, bombard(p, root, round))
		p = launch(t, anyPort, db, "-demo=false")
		root.base = p.url
		missing(t, root, known)
	}
	t.Logf("%d tickets over %d kills", len(known), kills)
}

// ledger has the titles of acknowledged tickets by id.
type ledger map[int]string

// bombard writes tickets from several clients at once, kills the server once
// it has acknowledged some, and returns those that it acknowledged.
func bombard(p *program, c client, round int) ledger {
	c.t.Helper()
	c.get("/api/users/me/").is(200) // the credentials are remembered now
	acknowledged := make(chan ack)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() { c.write(acknowledged, fmt.Sprintf("round %d, writer %d", round, w), w == 0) })
	}
	go func() { wg.Wait(); close(acknowledged) }()

	written, enough := ledger{}, 5+rand.N(30)
	for a := range acknowledged {
		if written[a.ID] != "" {
			c.t.Errorf("two tickets have the id %d", a.ID)
		}
		written[a.ID] = a.Title
		if len(written) == enough {
			time.AfterFunc(rand.N(10*time.Millisecond), func() { _ = p.cmd.Process.Kill() })
		}
	}
	p.kill()
	return written
}

// ack is what is used of an answer.
type ack struct {
	ID    int
	Title string
}

// write opens tickets until the server is gone, some with an attachment of
// several chunks.
func (c client) write(acknowledged chan<- ack, name string, attach bool) {
	const boundary = "limit"
	contentType, format := "application/json", `{"queue":1,"title":"%s"}`
	if attach {
		contentType = "multipart/form-data; boundary=" + boundary
		format = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"queue\"\r\n\r\n1\r\n" +
			"--" + boundary + "\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n%s\r\n" +
			"--" + boundary + "\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"a.txt\"\r\n\r\n" +
			strings.Repeat("x", attachedSize) + "\r\n--" + boundary + "--\r\n"
	}
	for i := 0; ; i++ {
		title := fmt.Sprintf("%s, ticket %d", name, i)
		a, err := c.try("POST", "/api/tickets/", contentType, strings.NewReader(fmt.Sprintf(format, title)))
		if err != nil {
			return
		}
		if a.status != http.StatusCreated {
			c.t.Errorf("%s: %d %s", title, a.status, a.body)
			return
		}
		var made ack
		if err := json.Unmarshal(a.body, &made); err != nil || made.Title != title {
			c.t.Errorf("%s: %v in %s", title, err, a.body)
			return
		}
		acknowledged <- made
	}
}

const attachedSize = 300 << 10

// missing fails the test for every known ticket that is not there, and for
// every ticket, acknowledged or not, that is not whole.
func missing(t *testing.T, c client, known ledger) {
	t.Helper()
	var list struct {
		Results []struct {
			ID        int
			Title     string
			FollowUps []struct {
				Title string
				Files []struct{ Size int } `json:"followupattachment_set"`
			} `json:"followup_set"`
		}
	}
	if err := json.Unmarshal(c.get("/api/tickets/").is(200).body, &list); err != nil {
		t.Fatal(err)
	}
	found := ledger{}
	for _, ticket := range list.Results {
		found[ticket.ID] = ticket.Title
		attached := strings.Contains(ticket.Title, "writer 0")
		if f := ticket.FollowUps; len(f) != 1 || f[0].Title != "Ticket Opened" || attached != (len(f[0].Files) == 1) || attached &&
			f[0].Files[0].Size != attachedSize {
			t.Errorf("ticket %d is not whole: %+v", ticket.ID, ticket)
		}
	}
	for id, title := range known {
		if found[id] != title {
			t.Errorf("ticket %d %q is now %q", id, title, found[id])
		}
	}
}

// TestAttachmentSurvivesKill reads content back that was written before a kill.
func TestAttachmentSurvivesKill(t *testing.T) {
	t.Parallel()
	db := freshDB(t)
	p := launch(t, anyPort, db)
	admin := client{t, p.url, "admin", "admin"}
	content := strings.Repeat("0123456789abcdef", attachedSize/16)
	admin.form("/api/followups-attachments/", part{"followup", "1", ""}, part{"file", content, "big.txt"}).is(201)
	p.kill()

	p = launch(t, anyPort, db)
	admin.base = p.url
	list := admin.get("/api/tickets/1/").is(200)
	_, rest, _ := strings.Cut(string(list.body), `"file":"`+p.url)
	path, _, _ := strings.Cut(rest, `"`)
	req, err := http.NewRequest("GET", p.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("admin", "admin")
	resp, err := patient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, err := io.ReadAll(resp.Body); err != nil || string(got) != content {
		t.Errorf("%d bytes of content, want %d: %v", len(got), len(content), err)
	}
}
