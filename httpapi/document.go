package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// documents caches the OpenAPI document of staff and that of requesters, each for the
// custom fields with which it was made.
type documents struct {
	sync.Mutex
	made map[bool]*document // by whether it is for staff
}

// document is an OpenAPI document, cut where the URL of the server belongs.
type document struct {
	fields        []byte // the custom fields, as JSON
	before, after []byte
}

// serverMark stands in a document where the URL of the server belongs.
const serverMark = "\x00server"

// getDocument answers with the OpenAPI document that describes what the actor sees.
func getDocument(x *exchange) error {
	ctx, staff := x.r.Context(), x.h.desk.Allow(x.actor, helpdesk.ReadTickets) == nil
	read := x.h.desk.RequesterFields
	if staff {
		read = x.h.desk.Fields
	}
	fields, err := read(ctx, x.actor)
	if err != nil {
		return err
	}
	d, err := x.h.documentWith(fields, staff)
	if err != nil {
		return err
	}
	b := append([]byte(nil), d.before...)
	b = jsontext.String(b, x.base())
	x.send(http.StatusOK, append(b, d.after...))
	return nil
}

// documentWith returns the document with some custom fields.
func (h *Handler) documentWith(fields []*ticket.CustomField, staff bool) (*document, error) {
	key, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	h.document.Lock()
	defer h.document.Unlock()
	if d := h.document.made[staff]; d != nil && bytes.Equal(d.fields, key) {
		return d, nil
	}
	raw, err := newDescriber(h, fields).document().MarshalJSON()
	if err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		return nil, err
	}
	mark := jsontext.String(nil, serverMark)
	before, after, _ := bytes.Cut(compact.Bytes(), mark)
	d := &document{fields: key, before: before, after: after}
	if h.document.made == nil {
		h.document.made = map[bool]*document{}
	}
	h.document.made[staff] = d
	return d, nil
}

// securitySchemes returns a scheme for each challenge of the authenticator.
func (h *Handler) securitySchemes() (schemes object) {
	if h.config.Authenticator == nil {
		return nil
	}
	for _, challenge := range h.config.Authenticator.Challenges() {
		scheme, _, _ := strings.Cut(strings.ToLower(challenge), " ")
		if scheme != "" && schemes.find(scheme) == nil {
			schemes = schemes.with(scheme, object{{"type", "http"}, {"scheme", scheme}})
		}
	}
	return schemes
}

const documentDescription = "A help desk: tickets, follow-ups, files and accounts. Bodies are JSON or forms, and answers are JSON. " +
	"The slash at the end of a path is optional. Clients must ignore keys of answers that they do not know."
