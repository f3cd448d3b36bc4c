package httpapi

import (
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// writer is what the wire format of a ticket depends on besides the ticket.
type writer interface {
	// base is what absolute URLs begin with.
	base() string

	// reportValue is told of a custom value that does not fit its field.
	reportValue(ticketID int64, d *ticket.CustomField)
}

// baseURL is a writer for what is no answer to a request.
type baseURL string

func (u baseURL) base() string { return strings.TrimSuffix(string(u), "/") }

func (baseURL) reportValue(int64, *ticket.CustomField) {}

// AppendTicket appends a ticket with its conversation to b, as JSON in the form in
// which the API answers staff, and returns the extended buffer. The URLs of
// attachments begin with base, the absolute URL that clients see the API under, such
// as "https://example.com/api". A nil ticket is null.
//
// The text has everything that staff may see: do not send it to requesters.
func AppendTicket(b []byte, t *helpdesk.Thread, base string) []byte {
	if t == nil || t.Ticket == nil {
		return append(b, "null"...)
	}
	return appendThread(b, t, baseURL(base))
}

// AppendFollowUp appends a follow-up with its attachments and the changes it made
// to b, as AppendTicket does for tickets.
func AppendFollowUp(b []byte, f *followup.FollowUp, base string) []byte {
	if f == nil {
		return append(b, "null"...)
	}
	return appendFollowUp(b, f, baseURL(base))
}
