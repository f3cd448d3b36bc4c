package httpapi

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// writer is what an answer depends on besides the object that it shows.
type writer interface {
	// base returns what absolute URLs begin with.
	base() string

	// reportValue reports a custom value that does not fit its field.
	reportValue(ticketID int64, d *ticket.CustomField)

	// text appends a long text as a JSON string, of which only the end may be left in the
	// buffer afterwards.
	text(b []byte, s string) []byte
}

// appendText appends a text as a JSON string.
func appendText(b []byte, s string, to writer) []byte {
	if len(s) <= textPiece {
		return jsontext.String(b, s)
	}
	return to.text(b, s)
}

// appendNullText appends a text, or null.
func appendNullText(b []byte, s *string, to writer) []byte {
	if s == nil {
		return appendNull(b)
	}
	return appendText(b, *s, to)
}

// baseURL is a writer for JSON that is not the answer to a request.
type baseURL string

func (u baseURL) base() string { return strings.TrimSuffix(string(u), "/") }

func (baseURL) reportValue(int64, *ticket.CustomField) {}

func (baseURL) text(b []byte, s string) []byte { return jsontext.String(b, s) }

// link is the path of a route, cut where ids stand in it.
type link []string

var parameterInPath = regexp.MustCompile(`:[a-z]+`)

func newLink(path string) link { return parameterInPath.Split(path+"/", -1) }

// append appends a URL as a JSON string.
func (l link) append(b []byte, base string, ids ...int64) []byte {
	b = jsontext.Inner(append(b, '"'), base)
	for i, piece := range l {
		b = append(b, piece...)
		if i < len(ids) {
			b = strconv.AppendInt(b, ids[i], 10)
		}
	}
	return append(b, '"')
}

// AppendTicket appends a ticket with its conversation to b, as JSON in the form in
// which the API answers staff, and returns the extended buffer. The URLs of
// attachments begin with base, the absolute URL that clients see the API under, such
// as "https://example.com/api". A nil ticket is null.
//
// A long conversation is read under ctx, and an error of that is returned; all of it is
// in the buffer in the end. The text has everything that staff may see: do not send it
// to requesters.
func AppendTicket(ctx context.Context, b []byte, t *helpdesk.Thread, base string) ([]byte, error) {
	if t == nil || t.Ticket == nil {
		return appendNull(b), nil
	}
	to := baseURL(base)
	b = appendFields(ticketHead, b, t, to)
	b = append(append(b, followUpSet.key...), '[')
	n := 0
	for f, err := range t.FollowUps(ctx) {
		if err != nil {
			return b, err
		}
		b = followUps.append(appendComma(b, n), f, to)
		n++
	}
	return append(appendFields(ticketTail, append(b, ']'), t, to), '}'), nil
}

// AppendFollowUp appends a follow-up with its attachments and the changes it made
// to b, as AppendTicket does for tickets.
func AppendFollowUp(b []byte, f *followup.FollowUp, base string) []byte {
	if f == nil {
		return appendNull(b)
	}
	return followUps.append(b, f, baseURL(base))
}
