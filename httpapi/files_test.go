package httpapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/ticket"
)

const (
	unused    = "This request takes no file under this name."
	unnamed   = "This file has no usable name."
	notFile   = "The submitted data was not a file. Check the encoding type on the form."
	emptyFile = "The submitted file is empty."
	exe       = "Unsupported file extension: .exe"
)

// sentFile is a part of a form that is a file, on the wire.
func sentFile(name, filename, content string) string {
	return fmt.Sprintf("Content-Disposition: form-data; name=%q; filename=\"%s\"\r\nContent-Type: text/plain\r\n\r\n%s", name, filename,
		content)
}

func sentText(name, content string) string {
	return fmt.Sprintf("Content-Disposition: form-data; name=%q\r\n\r\n%s", name, content)
}

// TestNoFileIsLost: a file that a request has no use for refuses it, together
// with whatever else is wrong, and nothing of it is stored.
func TestNoFileIsLost(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	_, err := a.UpdateQueue(t.Context(), a.Users["admin"], 1, func(q *ticket.Queue) error { q.AllowPublicSubmission = true; return nil })
	check(t, err)
	f := a.reply(t, &followup.FollowUp{TicketID: a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = &a.Users["jane"].Email })},
		file("a.txt", "x"))
	id, answer, attached := number(f.TicketID), number(f.ID), number(f.Attachments[0].ID)
	unchanged := a.unchanged(t)
	newTicket := []string{sentText("queue", "1"), sentText("title", "t")}
	for _, c := range []struct {
		as, method, path string
		parts            []string
		want             string
	}{
		{"staff", "POST", "tickets/", append(newTicket, sentFile("attachments", "a.txt", "x")), `{"attachments":["` + unused + `"]}`},
		{"staff", "POST", "tickets/", append(newTicket, sentFile("attachment[]", "a.txt", "x")), `{"attachment[]":["` + unused + `"]}`},
		{"staff", "POST", "tickets/", append(newTicket, sentFile("id", "a.exe", "")), `{"id":["` + unused + `"]}`},
		{"staff", "POST", "tickets/", append(newTicket, sentFile("custom_unknown", "..", "x")), `{"custom_unknown":["` + unused + `"]}`},
		{"staff", "POST", "tickets/", append(newTicket, sentFile("x", "", "x")), `{"x":["` + unused + `"]}`},
		{"staff", "POST", "tickets/", append(newTicket, "Content-Disposition: form-data; filename=a.txt\r\n\r\nx"),
			`{"":["` + unused + `"]}`},
		{"staff", "POST", "tickets/", append(newTicket, sentFile("attachment", "", "x")), `{"attachment":["` + notFile + `"]}`},
		{"staff", "POST", "tickets/", []string{sentText("queue", "9"), sentFile("x", "a.txt", "x")},
			`{"queue":["Invalid pk \"9\" - object does not exist."],"title":["This field is required."],"x":["` + unused + `"]}`},
		{"staff", "PATCH", "tickets/" + id + "/", []string{sentFile("attachment", "a.txt", "x"), sentText("priority", "9")},
			`{"attachment":["` + unused + `"],"priority":["\"9\" is not a valid choice."]}`},
		{"staff", "PATCH", "tickets/" + id + "/", []string{sentFile("attachment", "a.exe", "x")}, `{"attachment":["` + exe + `"]}`},
		{"staff", "PUT", "tickets/" + id + "/", append(newTicket, sentFile("attachment", "a.txt", "x")),
			`{"attachment":["` + unused + `"]}`},
		{"staff", "POST", "followups/", []string{sentText("ticket", id), sentFile("attachment", "a.txt", "x")},
			`{"attachment":["` + unused + `"]}`},
		{"staff", "POST", "followups/", []string{sentText("ticket", id), sentFile("user", "a.txt", "x")}, `{"user":["` + unused + `"]}`},
		{"staff", "POST", "followups/", []string{sentText("ticket", id), sentFile("attachments[x]", "a.txt", "x")},
			`{"attachments[x]":["` + unused + `"]}`},
		{"staff", "POST", "followups/", []string{sentText("ticket", id), sentFile("attachments[-1]", "a.txt", "x")},
			`{"attachments[-1]":["` + unused + `"]}`},
		{"staff", "PATCH", "followups/" + answer + "/", []string{sentFile("attachments", "a.exe", "x")},
			`{"attachments":["` + unused + `"]}`},
		{"staff", "PUT", "followups/" + answer + "/", []string{sentFile("attachments[0]", "a.txt", "x")},
			`{"attachments[0]":["` + unused + `"],"ticket":["This field is required."]}`},
		{"staff", "POST", "followups-attachments/", []string{sentText("followup", answer), sentFile("file", "a.txt", "x"),
			sentFile("size", "b.txt", "x")}, `{"size":["` + unused + `"]}`},
		{"staff", "PATCH", "followups-attachments/" + attached + "/", []string{sentFile("attachment", "b.txt", "x")},
			`{"attachment":["` + unused + `"]}`},
		{"admin", "POST", "users/", []string{sentText("username", "u"), sentText("password", "Zebra-91-quilt"),
			sentFile("avatar", "b.png", "x")}, `{"avatar":["` + unused + `"]}`},
		{"admin", "POST", "users/", []string{sentText("username", "u"), sentFile("avatar", "b.png", "x")},
			`{"avatar":["` + unused + `"],"password":["This field is required."]}`},
		{"admin", "POST", "queues/", []string{sentText("title", "q"), sentText("slug", "q"), sentFile("logo", "b.png", "x")},
			`{"logo":["` + unused + `"]}`},
		{"admin", "POST", "custom-fields/", []string{sentText("name", "f"), sentText("label", "f"), sentText("data_type", "varchar"),
			sentFile("logo", "b.png", "x")}, `{"logo":["` + unused + `"]}`},
		{"admin", "PATCH", "users/3/", []string{sentFile("avatar", "b.png", "x")}, `{"avatar":["` + unused + `"]}`},
		{"admin", "PATCH", "queues/1/", []string{sentFile("logo", "b.png", "x")}, `{"logo":["` + unused + `"]}`},
		{"admin", "PATCH", "custom-fields/1/", []string{sentFile("logo", "b.png", "x")}, `{"logo":["` + unused + `"]}`},
		{"admin", "POST", "groups/", []string{sentText("name", "g"), sentFile("logo", "b.png", "x")}, `{"logo":["` + unused + `"]}`},
		{"admin", "POST", "tokens/", []string{sentText("name", "g"), sentFile("logo", "b.png", "x")}, `{"logo":["` + unused + `"]}`},
		{"jane", "POST", "user_tickets/", append(newTicket, sentFile("attachments", "a.txt", "x")), `{"attachments":["` + unused + `"]}`},
		{"jane", "POST", "user_tickets/" + id + "/followups/", []string{sentText("comment", "c"), sentFile("attachment", "a.txt", "x")},
			`{"attachment":["` + unused + `"]}`},
	} {
		a.send(t, c.as, c.method, "/api/"+c.path, boundaried, parts(c.parts...)).is(t, http.StatusBadRequest, c.want)
	}
	unchanged()
}

// TestNamesOfFilesAreCleanedBeforeTheyAreJudged, on every route that takes one.
func TestNamesOfFilesAreCleanedBeforeTheyAreJudged(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	_, err := a.UpdateQueue(t.Context(), a.Users["admin"], 1, func(q *ticket.Queue) error { q.AllowPublicSubmission = true; return nil })
	check(t, err)
	f := a.reply(t, &followup.FollowUp{TicketID: a.ticket(t)}, file("a.txt", "x"))
	id, answer, attached := number(f.TicketID), number(f.ID), "followups-attachments/"+number(f.Attachments[0].ID)+"/"
	unchanged := a.unchanged(t)
	for name, want := range map[string]string{
		"a.exe.": exe, "a.exe. .": exe, "a.pdf.exe...": exe, "a.exe&#46;": exe, "a.EXE\u200b": exe, "x/a.exe.": exe, "a.e\u202exe": exe,
		"..": unnamed, "dir/": unnamed, `C:\temp\`: unnamed, ". .": unnamed, "\u200b": unnamed,
	} {
		newTicket := parts(sentText("queue", "1"), sentText("title", "t"), sentFile("attachment", name, "x"))
		a.send(t, "staff", "POST", "/api/tickets/", boundaried, newTicket).is(t, http.StatusBadRequest, `{"attachment":["`+want+`"]}`)
		a.send(t, "jane", "POST", "/api/user_tickets/", boundaried, newTicket).is(t, http.StatusBadRequest, `{"attachment":["`+want+`"]}`)
		a.send(t, "staff", "POST", "/api/followups/", boundaried, parts(sentText("ticket", id), sentFile("attachments", name, "x"))).
			is(t, http.StatusBadRequest, `{"attachments":{"0":["`+want+`"]}}`)
		a.send(t, "staff", "POST", "/api/followups-attachments/", boundaried,
			parts(sentText("followup", answer), sentText("filename", "ok.txt"), sentFile("file", name, "x"))).
			is(t, http.StatusBadRequest, `{"file":["`+want+`"]}`)
		a.send(t, "staff", "PATCH", "/api/"+attached, boundaried, parts(sentFile("file", name, "x"))).is(t, http.StatusBadRequest,
			`{"file":["`+want+`"]}`)
	}
	for _, name := range []string{"a.exe", "a.exe. .", "x/a.exe.", "a\u202efdp.exe", "a.e\r\nxe"} {
		body := `{"filename":` + string(jsonText(name)) + `}`
		a.call(t, "staff", "PATCH", "/api/"+attached, body).is(t, http.StatusBadRequest, `{"filename":["`+exe+`"]}`)
		a.send(t, "staff", "POST", "/api/followups-attachments/", boundaried,
			parts(sentText("followup", answer), sentText("filename", name), sentFile("file", "a.txt", ""))).
			is(t, http.StatusBadRequest, `{"file":["`+emptyFile+`"],"filename":["`+exe+`"]}`)
	}
	unchanged()
	for name, want := range map[string]string{" b.txt. . ": "b.txt", "": "b.txt", "..": "b.txt", "\u200b": "b.txt", "d/": "b.txt",
		"c\r\n.txt": "c.txt", "&#46;exe": "&#46;exe", ".exe": ".exe"} {
		a.call(t, "staff", "PATCH", "/api/"+attached, `{"filename":"b.txt"}`)
		got := a.call(t, "staff", "PATCH", "/api/"+attached, `{"filename":`+string(jsonText(name))+`}`).is(t, http.StatusOK, "").object(t)
		equal(t, got["filename"], any(want))
	}
}

// TestFollowUpsTakeFilesUnderSeveralNames: the plain name first, then the one with
// empty brackets, then by number. Errors count files in this order.
func TestFollowUpsTakeFilesUnderSeveralNames(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	id := number(a.ticket(t))
	path := "/api/followups/"
	mixed := parts(sentText("ticket", id), sentFile("attachments[10]", "f.txt", "x"), sentFile("attachments[1]", "d.txt", "x"),
		sentFile("attachments[0]", "c.txt", "x"),
		sentFile("attachments[2]", "e.txt", "x"), sentFile("attachments[]", "b.txt", "x"), sentFile("attachments", "a.txt", "x"))
	var stored []string
	for _, item := range a.send(t, "staff", "POST", path, boundaried, mixed).is(t, http.StatusCreated,
		"").object(t)["followupattachment_set"].([]any) {
		f := item.(map[string]any)
		stored = append(stored, fmt.Sprint(f["id"], " ", f["filename"]))
	}
	if want := []string{"1 a.txt", "2 b.txt", "3 c.txt", "4 d.txt", "5 e.txt", "6 f.txt"}; !slices.Equal(stored, want) {
		t.Errorf("got %v, want %v", stored, want)
	}
	unchanged := a.unchanged(t)
	for want, files := range map[string][]string{
		`{"0":["` + exe + `"],"1":["` + exe + `"],"3":["` + exe + `"]}`: {sentFile("attachments[1]", "b.exe", "x"),
			sentFile("attachments[0]", "a.txt", "x"), sentFile("attachments", "c.exe", "x"), sentFile("attachments[]", "d.exe", "x")},
		`{"2":["` + exe + `"],"3":["` + exe + `"]}`: {sentFile("attachments[01]", "b.txt", "x"),
			sentFile("attachments[1]", "a.txt", "x"), sentFile("attachments[02]", "c.exe", "x"), sentFile("attachments[3]", "d.exe", "x")},
		`{"1":["` + notFile + `"]}`: {sentText("attachments[3]", "x"), sentFile("attachments", "a.txt", "x")},
		`{"0":["` + unnamed + `"],"1":["` + exe + `"]}`: {sentFile("attachments", "..", "x"), sentFile("attachments", "", ""),
			sentFile("attachments", "a.exe", "x")},
		`{"0":["` + emptyFile + `"]}`: {sentFile("attachments[0]", "..", "")},
		`{"0":["` + notFile + `"]}`:   {sentFile("attachments[]", "", "x")},
	} {
		a.send(t, "staff", "POST", path, boundaried, parts(append(files, sentText("ticket", id))...)).is(t, http.StatusBadRequest,
			`{"attachments":`+want+`}`)
	}
	a.send(t, "staff", "POST", path, typeForm, "ticket="+id+"&attachments[]=x").is(t, http.StatusBadRequest,
		`{"attachments":{"0":["`+notFile+`"]}}`)
	unchanged()
	a.call(t, "staff", "POST", path, `{"ticket":`+id+`,"attachments[]":["x"]}`).is(t, http.StatusCreated, "")
}

// TestAnEmptyFileInputIsAbsent on every route, whatever the others are.
func TestAnEmptyFileInputIsAbsent(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	_, err := a.UpdateQueue(t.Context(), a.Users["admin"], 1, func(q *ticket.Queue) error { q.AllowPublicSubmission = true; return nil })
	check(t, err)
	f := a.reply(t, &followup.FollowUp{TicketID: a.ticket(t, func(n *ticket.Ticket) { n.SubmitterEmail = &a.Users["jane"].Email })},
		file("a.txt", "x"))
	id, answer, attached := number(f.TicketID), number(f.ID), number(f.Attachments[0].ID)
	for _, c := range []struct {
		as, method, path string
		status           int
		parts            []string
	}{
		{"staff", "POST", "tickets/", 201, []string{sentText("queue", "1"), sentText("title", "t"), sentFile("attachment", "", ""),
			sentFile("other", "", "")}},
		{"staff", "PATCH", "tickets/" + id + "/", 200, []string{sentFile("attachment", "", "")}},
		{"staff", "POST", "followups/", 201, []string{sentText("ticket", id), sentFile("attachments", "", ""),
			sentFile("attachments[]", "", ""), sentFile("attachments[0]", "", "")}},
		{"staff", "PATCH", "followups/" + answer + "/", 200, []string{sentFile("attachments", "", "")}},
		{"staff", "PATCH", "followups-attachments/" + attached + "/", 200, []string{sentFile("file", "", "")}},
		{"admin", "POST", "users/", 201, []string{sentText("username", "u"), sentText("password", "Zebra-91-quilt"),
			sentFile("avatar", "", "")}},
		{"jane", "POST", "user_tickets/", 201, []string{sentText("queue", "1"), sentText("title", "t"), sentFile("attachment", "", "")}},
		{"jane", "POST", "user_tickets/" + id + "/followups/", 201, []string{sentText("comment", "c"), sentFile("attachments", "", "")}},
	} {
		a.send(t, c.as, c.method, "/api/"+c.path, boundaried, parts(c.parts...)).is(t, c.status, "")
	}
	a.send(t, "staff", "POST", "/api/followups-attachments/", boundaried, parts(sentText("followup", answer), sentFile("file", "", ""))).
		is(t, http.StatusBadRequest, `{"file":["No file was submitted."]}`)
	got := a.send(t, "staff", "POST", "/api/tickets/", boundaried,
		parts(sentText("queue", "1"), sentText("title", "t"), sentFile("attachment", "a.txt", "x"), sentFile("attachment", "", ""))).
		is(t, http.StatusCreated, "")
	if !strings.Contains(got.Body.String(), `"filename":"a.txt"`) {
		t.Errorf("got %s", got.Body)
	}
}
