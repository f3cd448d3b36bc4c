package httpapi

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// SetHeartbeat sets how often streams of events say something, and ask who reads them.
func SetHeartbeat(h *Handler, d time.Duration) { h.streams.beat = d }

// Document returns the OpenAPI document that somebody gets who sees these custom fields, at
// http://desk.example.
func Document(h *Handler, fields []*ticket.CustomField) ([]byte, error) {
	text, err := newDescriber(h, fields).document().MarshalJSON()
	if err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	err = json.Compact(&compact, bytes.Replace(text, jsontext.String(nil, serverMark), []byte(`"http://desk.example"`), 1))
	return compact.Bytes(), err
}
