package httpapi

import (
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// dataWriter appends the Data of an event as a JSON object, under the keys that the API has
// for the same values. Keys whose values are cut are listed at its end.
type dataWriter struct {
	b       []byte
	n       int // keys so far
	cut     []string
	cutHere bool // the value that was appended last is cut

	oldHidden bool // the reader must not see old values
	eventReader
}

// eventReader is what the JSON of an event depends on besides the event.
type eventReader struct {
	fields    []*ticket.CustomField // that the reader sees
	base      string                // what URLs begin with
	requester bool                  // the reader is the requester of the ticket
}

// appendData appends the data of an event. An update has its changes only.
func (r eventReader) appendData(b []byte, e *event.Event) []byte {
	w := dataWriter{b: append(b, '{'), eventReader: r, oldHidden: e.OldHidden}
	if e.Type.Verb() == event.Updated {
		w.b = append(w.b, `"changes":{`...)
		w.changes(e.Data)
		w.b, w.n = append(w.b, '}'), 1
	} else {
		w.values(e.Data)
	}
	if e.Type.Kind() == event.Attachment && e.Type.Verb() != event.Deleted {
		w.key("file")
		if r.requester {
			w.b = answerDownload.append(w.b, r.base, e.TicketID, e.Object.ID)
		} else {
			w.b = attachmentDownload.append(w.b, r.base, e.Object.ID)
		}
	}
	if len(w.cut) > 0 {
		w.key("cut")
		w.b = appendTexts(w.b, w.cut)
	}
	return append(w.b, '}')
}

func (w *dataWriter) key(name string) {
	w.b = append(jsontext.String(appendComma(w.b, w.n), name), ':')
	w.n++
}

// pairs appends keys with their values.
func (w *dataWriter) pairs(pairs ...any) {
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		w.key(name)
		w.value(pairs[i+1])
		w.note(name)
	}
}

// valueChange is a *event.Change of some type.
type valueChange interface {
	Values() (before, after any, changed bool)
}

// change appends the changes that there are, each under its key.
func (w *dataWriter) change(pairs ...any) {
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i].(string)
		if was, is, ok := pairs[i+1].(valueChange).Values(); ok {
			w.key(name)
			w.pair(func() { w.value(was) }, func() { w.value(is) })
			w.note(name)
		}
	}
}

// note lists a key whose value is cut.
func (w *dataWriter) note(name string) {
	if w.cutHere {
		w.cut, w.cutHere = append(w.cut, name), false
	}
}

// noteIf lists a key if its value is cut.
func (w *dataWriter) noteIf(cut bool, name string) {
	w.cutHere = w.cutHere || cut
	w.note(name)
}

// value appends a value as the API spells it.
func (w *dataWriter) value(v any) {
	switch v := v.(type) {
	case string:
		w.b = jsontext.String(w.b, v)
	case *string:
		w.b = jsontext.NullString(w.b, v)
	case event.Text:
		w.b, w.cutHere = jsontext.String(w.b, v.String), w.cutHere || v.Cut
	case *event.Text:
		if v == nil {
			w.b = appendNull(w.b)
			return
		}
		w.value(*v)
	case bool:
		w.b = strconv.AppendBool(w.b, v)
	case int64:
		w.b = strconv.AppendInt(w.b, v, 10)
	case *int64:
		w.b = jsontext.NullInt(w.b, v)
	case ticket.Status:
		w.value(int64(v))
	case *ticket.Status:
		w.b = appendNullable(w, v)
	case ticket.Priority:
		w.value(int64(v))
	case ticket.FieldType:
		w.value(string(v))
	case time.Time:
		w.b = jsontext.Time(w.b, v)
	case *time.Time:
		w.b = jsontext.NullTime(w.b, v)
	case *followup.TimeSpent:
		w.b = appendNullable(w, v)
	case followup.TimeSpent:
		w.value(v.String())
	case event.IDs:
		w.ids(v)
	case []user.Permission:
		w.b = appendTexts(w.b, v)
	case []string:
		w.b = appendTexts(w.b, v)
	default:
		w.webhookValue(v)
	}
}

// webhookValue appends a value of a webhook.
func (w *dataWriter) webhookValue(v any) {
	switch v := v.(type) {
	case webhook.Signing:
		w.value(string(v))
	case webhook.Reason:
		w.b = jsontext.NullString(w.b, orNone(string(v)))
	default:
		panic("httpapi: no JSON for a value of an event") // found by the test of every type
	}
}

func appendNullable[T any](w *dataWriter, v *T) []byte {
	if v == nil {
		return appendNull(w.b)
	}
	w.value(*v)
	return w.b
}

func (w *dataWriter) ids(v event.IDs) {
	w.b = append(w.b, '[')
	for i, id := range v.IDs {
		w.b = strconv.AppendInt(appendComma(w.b, i), id, 10)
	}
	w.b, w.cutHere = append(w.b, ']'), w.cutHere || v.Cut
}

// custom appends a custom value as its field has it now. What does not fit is null.
func (w *dataWriter) custom(d *ticket.CustomField, v *event.Text) {
	w.cutHere = w.cutHere || v != nil && v.Cut
	switch {
	case v == nil || v.Cut && d.Type != ticket.Varchar && d.Type != ticket.Text ||
		!v.Cut && !(ticket.Value{Field: d.ID, Text: v.String}).Canonical(d.Type):
		w.b = appendNull(w.b)
	case d.Type == ticket.Integer || d.Type == ticket.Boolean:
		w.b = append(w.b, v.String...)
	default:
		w.value(*v)
	}
}

// field returns the definition of a custom field, or nil when it was deleted.
func (w *dataWriter) field(id int64) *ticket.CustomField {
	for _, d := range w.fields {
		if d.ID == id {
			return d
		}
	}
	return nil
}

// values appends what was created or deleted.
func (w *dataWriter) values(data event.Data) {
	switch d := data.(type) {
	case *event.TicketData:
		if w.requester {
			w.pairs("queue", d.QueueID, "title", d.Title, "submitter", d.SubmitterEmail, "status", d.Status, "on_hold", d.OnHold,
				"due_date", d.DueDate, "created", d.Created)
		} else {
			w.pairs("queue", d.QueueID, "title", d.Title, "description", d.Description, "resolution", d.Resolution,
				"submitter_email", d.SubmitterEmail, "assigned_to", d.AssignedTo, "status", d.Status, "on_hold", d.OnHold,
				"priority", d.Priority, "due_date", d.DueDate, "merged_to", d.MergedTo, "created", d.Created)
		}
		for _, v := range d.Values {
			if f := w.field(v.Field); f != nil {
				w.key(f.Key())
				w.custom(f, v.Value)
				w.note(f.Key())
			}
		}
		w.noteIf(d.ValuesCut, ticket.KeyPrefix)
	case *event.FollowUpData:
		w.pairs("title", d.Title, "comment", d.Comment, "public", d.Public, "new_status", d.NewStatus, "date", d.Date)
		if !w.requester {
			w.pairs("user", d.UserID, "time_spent", d.TimeSpent)
		}
	case *event.AttachmentData:
		w.pairs("followup", d.FollowUpID, "filename", d.Filename, "mime_type", d.MIMEType, "size", d.Size)
	case *event.UserData:
		w.pairs("username", d.Username, "first_name", d.FirstName, "last_name", d.LastName, "email", d.Email,
			"email_verified", d.EmailVerified, "is_active", d.Active, "is_staff", d.Staff, "is_superuser", d.Superuser,
			"permissions", d.Permissions, "queues", d.Queues)
	case *event.GroupData:
		w.pairs("name", d.Name, "users", d.Users, "queues", d.Queues)
	case *event.TokenData:
		w.pairs("user", d.UserID, "name", d.Name, "read_only", d.ReadOnly, "created", d.Created, "expires", d.Expires)
	case *event.QueueData:
		w.pairs("title", d.Title, "slug", d.Slug, "email_address", d.EmailAddress, "allow_public_submission", d.AllowPublicSubmission,
			"default_owner", d.DefaultOwner)
	case *event.CustomFieldData:
		w.pairs("name", d.Name, "label", d.Label, "help_text", d.HelpText, "data_type", d.Type, "max_length", d.MaxLength,
			"decimal_places", d.DecimalPlaces, "list_values", d.ListValues, "empty_selection_list", d.EmptySelectionList,
			"ordering", d.Ordering, "required", d.Required, "staff_only", d.StaffOnly)
	case *event.WebhookData:
		w.pairs("url", d.URL, "types", d.Types, "queues", d.Queues, "description", d.Description, "active", d.Active,
			"signing", d.Signing, "owner", d.OwnerID, "disabled", d.Disabled)
	default:
		panic("httpapi: no JSON for the data of an event") // found by the test of every type
	}
}

// changes appends what was updated.
func (w *dataWriter) changes(data event.Data) {
	switch d := data.(type) {
	case *event.TicketUpdate:
		submitter := "submitter_email"
		if w.requester {
			submitter = "submitter"
		}
		w.change("queue", d.QueueID, "title", d.Title, "description", d.Description, "resolution", d.Resolution,
			submitter, d.SubmitterEmail, "assigned_to", d.AssignedTo, "status", d.Status, "on_hold", d.OnHold, "priority", d.Priority,
			"due_date", d.DueDate, "merged_to", d.MergedTo)
		for _, v := range d.Values {
			w.customChange(v)
		}
		w.noteIf(d.ValuesCut, ticket.KeyPrefix)
	case *event.FollowUpUpdate:
		w.change("ticket", d.TicketID, "title", d.Title, "comment", d.Comment, "public", d.Public, "new_status", d.NewStatus,
			"time_spent", d.TimeSpent)
	case *event.AttachmentUpdate:
		w.change("followup", d.FollowUpID, "filename", d.Filename, "mime_type", d.MIMEType, "size", d.Size)
		if d.Content {
			w.key("file")
			w.b = append(w.b, `{}`...)
		}
	case *event.UserUpdate:
		w.change("username", d.Username, "first_name", d.FirstName, "last_name", d.LastName, "email", d.Email,
			"email_verified", d.EmailVerified, "is_active", d.Active, "is_staff", d.Staff, "is_superuser", d.Superuser,
			"permissions", d.Permissions)
		w.membership("queues", d.QueuesAdded, d.QueuesRemoved)
	case *event.GroupUpdate:
		w.change("name", d.Name)
		w.membership("users", d.UsersAdded, d.UsersRemoved)
		w.membership("queues", d.QueuesAdded, d.QueuesRemoved)
	case *event.QueueUpdate:
		w.change("title", d.Title, "slug", d.Slug, "email_address", d.EmailAddress, "allow_public_submission", d.AllowPublicSubmission,
			"default_owner", d.DefaultOwner)
	case *event.CustomFieldUpdate:
		w.change("name", d.Name, "label", d.Label, "help_text", d.HelpText, "data_type", d.Type, "max_length", d.MaxLength,
			"decimal_places", d.DecimalPlaces, "list_values", d.ListValues, "empty_selection_list", d.EmptySelectionList,
			"ordering", d.Ordering, "required", d.Required, "staff_only", d.StaffOnly)
	case *event.WebhookUpdate:
		w.change("url", d.URL, "types", d.Types, "description", d.Description, "active", d.Active, "signing", d.Signing,
			"owner", d.OwnerID, "disabled", d.Disabled)
		w.membership("queues", d.QueuesAdded, d.QueuesRemoved)
		if d.Rotated {
			w.key("secret")
			w.b = append(w.b, `{}`...)
		}
	default:
		panic("httpapi: no JSON for the changes of an event") // found by the test of every type
	}
}

func (w *dataWriter) customChange(v event.ValueChange) {
	f := w.field(v.Field)
	if f == nil {
		return
	}
	w.key(f.Key())
	w.pair(func() { w.custom(f, v.Old) }, func() { w.custom(f, v.New) })
	w.note(f.Key())
}

// pair appends an old value, unless the reader must not see it, and a new one.
func (w *dataWriter) pair(was, is func()) {
	w.b = append(w.b, '{')
	if !w.oldHidden {
		w.b = append(w.b, `"old":`...)
		was()
		w.b = append(w.b, ',')
	}
	w.b = append(w.b, `"new":`...)
	is()
	w.b = append(w.b, '}')
}

// membership appends which ids were added to a list and removed from it.
func (w *dataWriter) membership(name string, added, removed event.IDs) {
	if len(added.IDs)+len(removed.IDs) == 0 && !added.Cut && !removed.Cut {
		return
	}
	w.key(name)
	w.b = append(w.b, `{"added":`...)
	w.ids(added)
	w.b = append(w.b, `,"removed":`...)
	w.ids(removed)
	w.b = append(w.b, '}')
	w.note(name)
}
