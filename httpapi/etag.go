package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// formOfAnswers is part of every entity tag. Change it when the same object gets another
// body, so that no client keeps an old one.
const formOfAnswers = 1

// tagParts collects what the entity tag of an answer is made of: the versions of what the
// body shows, and what else the body depends on. The body itself is no part, since it may
// be large and is sent while it is made.
type tagParts struct {
	x    *exchange
	b    []byte
	none bool // the answer has no tag

	usual [256]byte // where b is, unless it is longer
}

// object adds an object by its version.
func (t *tagParts) object(kind string, id, version int64) {
	t.text(kind)
	t.numbers(id, version)
}

// numbers adds some numbers.
func (t *tagParts) numbers(all ...int64) {
	t.b = binary.AppendUvarint(t.b, uint64(len(all)))
	for _, n := range all {
		t.b = binary.AppendVarint(t.b, n)
	}
}

// flags adds some flags.
func (t *tagParts) flags(all ...bool) {
	for _, b := range all {
		if b {
			t.numbers(1)
		} else {
			t.numbers(0)
		}
	}
}

// text adds a text.
func (t *tagParts) text(s string) {
	t.b = binary.AppendUvarint(t.b, uint64(len(s)))
	t.b = append(t.b, s...)
}

// nullText adds a text, or null.
func (t *tagParts) nullText(s *string) {
	if s == nil {
		t.numbers()
		return
	}
	t.numbers(1)
	t.text(*s)
}

// links adds what the URLs in the body begin with.
func (t *tagParts) links() { t.text(t.x.base()) }

// definitions adds what the keys and the values of custom fields depend on.
func (t *tagParts) definitions(fields []*ticket.CustomField) {
	t.numbers(int64(len(fields)))
	for _, f := range fields {
		t.numbers(f.ID) // a new field of the same name has other values
		t.text(f.Name)
		t.text(string(f.Type))
	}
}

// files adds attachments.
func (t *tagParts) files(all []*followup.Attachment) {
	t.numbers(int64(len(all)))
	for _, a := range all {
		t.numbers(a.ID, a.Version)
	}
}

// changes adds the records of changes, which are never written again.
func (t *tagParts) changes(all []*followup.Change) {
	t.numbers(int64(len(all)))
	for _, c := range all {
		t.numbers(c.ID)
	}
}

// keys adds the parameters that choose the keys of the body. A POST is answered with the
// tag that the new object has under its own URL, where none of them is.
func (t *tagParts) keys() {
	if t.x.r.Method == http.MethodPost {
		return
	}
	for _, p := range t.x.arguments().all {
		if p.name == "fields" || p.name == "exclude" {
			t.text(p.name)
			t.text(p.value)
		}
	}
}

// etag returns the entity tag of an answer that shows v, "" for none.
func (r *resource[T]) etag(x *exchange, v T) string {
	if r.tag == nil {
		return ""
	}
	t := &tagParts{x: x}
	t.b = t.usual[:0]
	t.numbers(formOfAnswers)
	t.keys()
	if r.tag(t, v); t.none {
		return ""
	}
	digest := sha256.Sum256(t.b)
	var tag [26]byte // 24 digits for 18 bytes, and the quotes
	return string(append(base64.RawURLEncoding.AppendEncode(append(tag[:0], '"'), digest[:18]), '"'))
}

// tagAnswer adds the entity tag of v to an answer that shows v, and returns it.
func (r *resource[T]) tagAnswer(x *exchange, v T) string {
	tag := r.etag(x, v)
	if tag != "" {
		x.setETag(tag)
	}
	return tag
}

// show answers with an item and its entity tag, or with 304 where the client has it.
func (r *resource[T]) show(x *exchange, item T) error {
	tag := r.tagAnswer(x, item)
	reads := x.r.Method == http.MethodGet || x.r.Method == http.MethodHead
	if reads && tag != "" && hasTag(x.r.Header["If-None-Match"], tag, weakly) {
		x.notModified()
		return nil
	}
	return respond(x, item, r.appender(x))
}

// setETag adds an entity tag to the answer. The client may then keep the answer, and has to
// ask whether it still counts.
func (x *exchange) setETag(tag string) {
	x.setHeader("ETag", tag)
	x.setHeader("Cache-Control", "private, no-cache")
}

// dropETag takes back setETag.
func (x *exchange) dropETag() {
	x.w.Header().Del("ETag")
	x.w.Header().Set("Cache-Control", "no-store")
}

// withdraw takes back what the headers say of an object, where another answer is sent
// instead.
func (x *exchange) withdraw() {
	x.dropETag()
	x.w.Header().Del("Location")
}

// notModified answers without a body that the client has the current one.
func (x *exchange) notModified() {
	x.releaseLarge()
	x.sent, x.status = true, http.StatusNotModified
	x.w.WriteHeader(http.StatusNotModified)
}

// expect has the write of an object fail unless the object is one of those that If-Match
// lists. The use case compares them, under the lock of the object.
func (r *resource[T]) expect(x *exchange, id int64) error {
	tags, sent := x.r.Header["If-Match"]
	if !sent {
		if !x.h.config.RequireIfMatch {
			return nil
		}
		if err := r.find(x, id); err != nil {
			return err
		}
		return newFailure(http.StatusPreconditionRequired, "This request needs the header If-Match, with the ETag of what was read.")
	}
	guard := r.guard
	if guard == nil {
		guard = helpdesk.IfCurrent[T]
	}
	x.ctx = nil // that of x.reading has no guard
	x.r = x.r.WithContext(guard(x.r.Context(), func(current T) error {
		tag := r.etag(x, current)
		if hasTag(tags, tag, strongly) {
			return nil
		}
		f := newFailure(http.StatusPreconditionFailed, changed)
		f.etag = tag
		return f
	}))
	return nil
}

// guardToken is helpdesk.IfCurrent for the table of tokens.
func guardToken(ctx context.Context, check func(issuedToken) error) context.Context {
	return helpdesk.IfCurrent(ctx, func(t *user.Token) error { return check(issuedToken{Token: t}) })
}
