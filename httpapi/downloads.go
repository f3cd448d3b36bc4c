package httpapi

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
)

// serveFile answers with the content of a file. Its headers make browsers save the file,
// and run nothing in it.
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

// download writes a file to a client. Where http.ServeContent would say in plain text
// that a Range cannot be satisfied (RFC 9110, section 15.5.17), it answers in JSON.
type download struct {
	http.ResponseWriter
	x       *exchange
	err     error // the first of writing
	refused bool  // the answer is complete, and the rest is dropped
}

func (d *download) WriteHeader(status int) {
	if status != http.StatusRequestedRangeNotSatisfiable {
		d.ResponseWriter.WriteHeader(status)
		return
	}
	d.refused, d.x.sent = true, false
	d.Header().Del("Content-Disposition")
	d.Header().Set("Cache-Control", "no-store") // http.ServeContent has removed it
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

// downloadType returns the Content-Type of a download: the stored one if it is a
// well-formed type/subtype.
func downloadType(stored string) string {
	if mediaType, _, err := mime.ParseMediaType(stored); err == nil && strings.Contains(mediaType, "/") {
		return stored
	}
	return "application/octet-stream"
}
