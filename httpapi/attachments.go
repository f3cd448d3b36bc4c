package httpapi

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
)

func listAttachments(x *exchange) error {
	return sendList(x, x.h.desk.Attachments(x.actor), x.appendAttachment)
}

func getAttachment(x *exchange) error { return sendItem(x, x.h.desk.Attachment, x.appendAttachment) }

func createAttachment(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	in, err := x.read()
	if err != nil {
		return err
	}
	a, f := &followup.Attachment{}, newFields(in, false)
	upload := readAttachment(f, a)
	if f.err() != nil {
		return f.complete(desk.CheckAttachment(ctx, x.actor, a, upload))
	}
	created, err := desk.CreateAttachment(ctx, x.actor, a, *upload)
	if err != nil {
		return err
	}
	return respond(x, http.StatusCreated, created, x.appendAttachment)
}

func updateAttachment(x *exchange) error {
	ctx, desk := x.r.Context(), x.h.desk
	id, err := x.id()
	if err != nil {
		return err
	}
	if _, err := desk.Attachment(ctx, x.actor, id); err != nil {
		return err
	}
	in, err := x.read()
	if err != nil {
		return err
	}
	file := in.get("file").upload
	updated, err := desk.UpdateAttachment(ctx, x.actor, id, func(a *followup.Attachment) error {
		f := newFields(in, x.partial())
		readAttachment(f, a)
		return f.err()
	}, file)
	if err != nil {
		return err
	}
	return respond(x, http.StatusOK, updated, x.appendAttachment)
}

// readAttachment reads the fields of an attachment and its file.
func readAttachment(f *fields, a *followup.Attachment) *followup.Upload {
	f.reference("followup", &a.FollowUpID)
	f.text("filename", &a.Filename, oldBlank, problem.NotString)
	f.text("mime_type", &a.MIMEType, oldBlank, problem.NotString)
	return f.file("file", oldRequired)
}

func deleteAttachment(x *exchange) error {
	return x.remove(x.h.desk.DeleteAttachment)
}

func downloadAttachment(x *exchange) error {
	id, err := x.id()
	if err != nil {
		return err
	}
	a, content, err := x.h.desk.OpenAttachment(x.r.Context(), x.actor, id)
	if err != nil {
		return err
	}
	x.serveFile(a, content)
	return nil
}

// serveFile answers with the content of a file, inert: a browser saves it and
// runs nothing of it.
func (x *exchange) serveFile(a *followup.Attachment, content io.ReadSeeker) {
	h := x.w.Header()
	h.Del("Allow") // the reference's files come from a web server
	h.Set("Content-Type", downloadType(a.MIMEType))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Filename}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("Cache-Control", "private, no-cache")
	if h["Vary"] = slices.DeleteFunc(h["Vary"], func(value string) bool { return value == varies }); len(h["Vary"]) == 0 {
		h.Del("Vary")
	}
	h.Set("ETag", `"`+a.Content+`"`)
	x.sent = true
	x.client = newClient(x.h, x.w, x.actor)
	to := &download{ResponseWriter: x.w, x: x}
	http.ServeContent(to, x.r, "", time.Time{}, content)
	if to.refused {
		return
	}
	if to.err == nil {
		to.err = x.client.Flush()
	}
	if to.err != nil && !errors.Is(to.err, http.ErrNotSupported) {
		x.cut()
	}
	x.client.done()
}

// download writes a file to a client. It answers in JSON where http.ServeContent says
// in plain text that a Range cannot be satisfied (RFC 9110, section 15.5.17).
type download struct {
	http.ResponseWriter
	x       *exchange
	err     error // the first
	refused bool  // the answer is complete, and the rest is dropped
}

func (d *download) WriteHeader(status int) {
	if status != http.StatusRequestedRangeNotSatisfiable {
		d.ResponseWriter.WriteHeader(status)
		return
	}
	d.refused, d.x.sent = true, false
	d.Header().Del("Content-Disposition")
	d.x.fail(&failure{status: status, detail: "Requested range not satisfiable."})
}

func (d *download) Write(p []byte) (n int, err error) {
	if d.refused {
		return len(p), nil
	}
	if n, err = d.x.client.Write(p); err != nil && d.err == nil {
		d.err = err
	}
	return n, err
}

// downloadType is the Content-Type of a download: as it was stored where that is
// a well-formed type/subtype.
func downloadType(stored string) string {
	if mediaType, _, err := mime.ParseMediaType(stored); err == nil && strings.Contains(mediaType, "/") {
		return stored
	}
	return "application/octet-stream"
}

func (x *exchange) appendAttachment(b []byte, a *followup.Attachment) []byte {
	return appendAttachment(b, a, x)
}

func appendAttachment(b []byte, a *followup.Attachment, to writer) []byte {
	return appendFile(b, a, to.base()+"/followups-attachments/"+strconv.FormatInt(a.ID, 10)+"/download/")
}

// appendFile appends an attachment that is downloaded at url.
func appendFile(b []byte, a *followup.Attachment, url string) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), a.ID, 10)
	b = strconv.AppendInt(append(b, `,"followup":`...), a.FollowUpID, 10)
	b = jsontext.String(append(b, `,"file":`...), url)
	b = jsontext.String(append(b, `,"filename":`...), a.Filename)
	b = jsontext.String(append(b, `,"mime_type":`...), a.MIMEType)
	b = strconv.AppendInt(append(b, `,"size":`...), a.Size, 10)
	return append(b, '}')
}
