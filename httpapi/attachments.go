package httpapi

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/internal/validate"
)

func listAttachments(x *exchange) error {
	return x.h.desk.Attachments(x.r.Context(), x.actor, func(l *helpdesk.List[*followup.Attachment]) error {
		return sendList(x, l, x.appendAttachment)
	})
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
	respond(x, http.StatusCreated, created, x.appendAttachment)
	return nil
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
	respond(x, http.StatusOK, updated, x.appendAttachment)
	return nil
}

// readAttachment reads the fields of an attachment and its file.
func readAttachment(f *fields, a *followup.Attachment) *followup.Upload {
	f.reference("followup", &a.FollowUpID)
	f.text("filename", &a.Filename, blankable, validate.NotString)
	f.text("mime_type", &a.MIMEType, blankable, validate.NotString)
	return f.file("file", required)
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
	http.ServeContent(&rangeWriter{ResponseWriter: x.w, x: x}, x.r, "", time.Time{}, content)
}

// rangeWriter answers in JSON where http.ServeContent says in plain text that a
// Range cannot be satisfied.
type rangeWriter struct {
	http.ResponseWriter
	x       *exchange
	refused bool // what is written is dropped
}

func (w *rangeWriter) WriteHeader(status int) {
	if status != http.StatusRequestedRangeNotSatisfiable {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	w.refused = true
	w.Header().Del("Content-Disposition")
	w.x.fail(&failure{status: status, detail: "Requested range not satisfiable."})
}

func (w *rangeWriter) Write(p []byte) (int, error) {
	if w.refused {
		return len(p), nil
	}
	return w.ResponseWriter.Write(p)
}

func (w *rangeWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

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
