package event_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// large is a text that is six times as long in JSON.
var large = strings.Repeat("\x01", 1<<20)

func manyIDs() (ids []int64) {
	for i := range int64(10_000) {
		ids = append(ids, 1<<40+i)
	}
	return ids
}

// objects are two states of an object of each kind, as large as they may be.
func objects() map[event.Kind][2]any {
	var values ticket.Values
	for i := range int64(2000) {
		values = append(values, ticket.Value{Field: i, Text: strings.Repeat("v", 500)})
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	long, id := &large, new(int64(7))
	return map[event.Kind][2]any{
		event.Ticket: {&ticket.Ticket{ID: 1, QueueID: 1, Title: large[:200]}, &ticket.Ticket{ID: 1, QueueID: 2, Title: "New",
			Description: long, Resolution: long, SubmitterEmail: new(strings.Repeat("e", 254)), AssignedTo: id,
			Status: ticket.Open, OnHold: true,
			Priority: ticket.High, DueDate: &at, MergedTo: id, Created: at, Values: values}},
		event.FollowUp: {&followup.FollowUp{ID: 1, TicketID: 1, Title: long}, &followup.FollowUp{ID: 1, TicketID: 2, UserID: id,
			Title: new("t"), Comment: long, Public: true, NewStatus: new(ticket.Closed), TimeSpent: new(followup.TimeSpent(-5)), Date: at,
			EmailRecipients: strings.Split(strings.Repeat("a@example.com,", 5000), ",")}},
		event.Attachment: {&followup.Attachment{ID: 1, Filename: large[:2000], Content: "key"}, &followup.Attachment{ID: 1, FollowUpID: 2,
			Filename: "b.txt", MIMEType: "text/plain", Size: 9, Content: "other key"}},
		event.User: {&user.User{ID: 1, Username: "a", Queues: manyIDs()}, &user.User{ID: 1, Username: "b", FirstName: "B", Active: true,
			EmailVerified: true, Staff: true, Superuser: true, Email: "b@example.com", Permissions: []user.Permission{user.ManageUsers}}},
		event.Group: {&user.Group{ID: 1, Name: "a", Users: manyIDs()}, &user.Group{ID: 1, Name: "b", Queues: manyIDs()}},
		event.Queue: {&ticket.Queue{ID: 1, Title: "a", DefaultOwner: id}, &ticket.Queue{ID: 1, Title: "b", Slug: "b",
			AllowPublicSubmission: true, EmailAddress: new("b@example.com")}},
		event.CustomField: {&ticket.CustomField{ID: 1, Name: "a", ListValues: long}, &ticket.CustomField{ID: 1, Name: "b", Label: "B",
			HelpText: long, Type: ticket.List, MaxLength: id, DecimalPlaces: id, EmptySelectionList: true, Ordering: id, Required: true,
			StaffOnly: true}},
		event.Token: {nil, &user.Token{ID: 1, UserID: 2, Name: "t", Prefix: "hd_prefix", Digest: []byte("digest"), ReadOnly: true,
			Created: at, Expires: &at}},
		event.Webhook: {&webhook.Webhook{ID: 1, URL: "https://a.example.org/secret", Types: []string{"ticket.*"}, Signing: webhook.V1},
			&webhook.Webhook{ID: 1, URL: "https://b.example.org/secret", QueueIDs: manyIDs(), Description: *long, Active: true,
				Signing: webhook.V1a, Disabled: webhook.Exhausted, OwnerID: 2}},
	}
}

// TestEveryTypeIsStored: what is decoded is what was described, within the bound.
func TestEveryTypeIsStored(t *testing.T) {
	t.Parallel()
	states := objects()
	for _, typ := range event.Types() {
		before, after := states[typ.Kind()][0], states[typ.Kind()][1]
		switch typ.Verb() {
		case event.Created:
			before = nil
		case event.Deleted:
			before, after = after, nil
		}
		e := &event.Event{Type: typ, Actor: event.Actor{ID: 3, Name: "Ann <\x00>"}, Audience: &event.Audience{QueueID: 5, Public: true},
			Before: &event.Audience{AssignedTo: 4, Submitter: "a@example.com"}}
		if err := e.Describe(before, after, nil); err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		if len(e.Body()) > event.MaxBody {
			t.Errorf("%s has %d bytes", typ, len(e.Body()))
		}
		got := &event.Event{Type: typ}
		if err := got.SetBody(e.Body()); err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		if got.Data != nil {
			t.Errorf("%s reads its data before somebody asks", typ)
		}
		if err := errors.Join(got.ReadData(), got.ReadData()); err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		if !reflect.DeepEqual(asJSON(t, got), asJSON(t, e)) || !reflect.DeepEqual(got.Audience, e.Audience) || *got.Before != *e.Before {
			t.Errorf("%s was\n\t%s\nand is\n\t%s", typ, asJSON(t, e), asJSON(t, got))
		}
		if reflect.TypeOf(got.Data) != reflect.TypeOf(event.NewData(typ)) {
			t.Errorf("%s has %T", typ, got.Data)
		}
		for _, secret := range []string{"hd_prefix", "digest", "key"} {
			if strings.Contains(e.Body(), secret) {
				t.Errorf("%s has %q", typ, secret)
			}
		}
		if u, ok := got.Data.(event.Update); ok {
			u.HideOld()
			if text := asJSON(t, u); strings.Contains(noOld.ReplaceAllString(text, ""), `"Old":`) {
				t.Errorf("%s has old values left: %s", typ, text)
			}
		}
		e.Strip()
		if e.Body() != "" || e.Audience != nil || e.Before != nil {
			t.Errorf("%s: something is left", typ)
		}
	}
}

// noOld is an old value that is left out.
var noOld = regexp.MustCompile(`"Old":(null|0|false|""|\{"String":"","Cut":false\})[,}]`)

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWhatIsNoEventIsAnError(t *testing.T) {
	t.Parallel()
	token, u := &user.Token{}, &user.User{}
	const head = "\x02\x00\x00\x00\x00" // of version 1, which nobody made and which has no audience
	late := time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)
	set := func(typ event.Type, body string) error { return (&event.Event{Type: typ}).SetBody(body) }
	data := func(typ event.Type, body string) error {
		e := &event.Event{Type: typ}
		if err := e.SetBody(head + body); err != nil {
			t.Fatal(err)
		}
		return e.ReadData()
	}
	if err := data("group.updated", "\x00\x00\x00\x00\x00"); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"an update of a token":    (&event.Event{Type: "token.updated"}).Describe(token, token, nil),
		"of two kinds":            (&event.Event{Type: "user.updated"}).Describe(token, u, nil),
		"of nothing":              (&event.Event{Type: "user.created"}).Describe(nil, nil, nil),
		"of a number":             (&event.Event{Type: "user.created"}).Describe(nil, 3, nil),
		"a year of five digits":   (&event.Event{Type: "token.created"}).Describe(nil, &user.Token{Created: late}, nil),
		"an unknown type":         set("user.lost", head),
		"an unknown kind":         set("lamp.created", head),
		"no form":                 set("user.created", ""),
		"a newer form":            set("user.created", "\x04\x00\x00\x00\x00"),
		"a number without an end": set("user.created", strings.Repeat("\x80", 20)),
		"an actor that is cut":    set("user.created", "\x02\x00\x03a\x00\x00"),
		"half an audience":        set("user.created", "\x02\x00\x00\x02\x00"),
		"data of an unknown type": (&event.Event{Type: "user.lost"}).ReadData(),
		"no data":                 data("user.created", ""),
		"a longer text":           data("group.updated", "\x01\x7ea"),
		"a longer list":           data("group.updated", "\x00\x7e\x00\x00\x00"),
		"neither true nor false":  data("group.updated", "\x02\x00\x00\x00\x00"),
		"more than data":          data("group.updated", "\x00\x00\x00\x00\x00\x00"),
		"a stored time too late":  data("token.created", "\x02\x00\x00"+string(binary.AppendVarint(nil, late.UnixMicro()))+"\x00"),
	} {
		if err == nil {
			t.Errorf("%s is no error", name)
		}
	}
}

func TestAudienceIsInAScope(t *testing.T) {
	t.Parallel()
	a := event.AudienceOf(&ticket.Ticket{QueueID: 3, AssignedTo: new(int64(4)), SubmitterEmail: new("Jane@Example.com")}, true)
	for _, c := range []struct {
		scope ticket.Scope
		want  bool
	}{
		{ticket.Scope{All: true}, true},
		{ticket.Scope{}, false},
		{ticket.Scope{Queues: []int64{1, 3}}, true},
		{ticket.Scope{Queues: []int64{1}}, false},
		{ticket.Scope{AssignedTo: 4}, true},
		{ticket.Scope{AssignedTo: 5}, false},
		{ticket.Scope{Submitter: "jane@example.COM"}, true},
		{ticket.Scope{Submitter: "john@example.com"}, false},
	} {
		if got := a.In(c.scope); got != c.want {
			t.Errorf("in %+v: %v", c.scope, got)
		}
	}
	if (*event.Audience)(nil).In(ticket.Scope{Queues: []int64{0}}) || event.AudienceOf(&ticket.Ticket{}, false).In(ticket.Scope{}) {
		t.Error("nobody is in a scope")
	}
}

// TestTextsAreCutByTheirJSON: an event keeps within its bound for clients too, whose JSON of a
// text may be six times as long as the stored one.
func TestTextsAreCutByTheirJSON(t *testing.T) {
	t.Parallel()
	e := &event.Event{Type: "followup.created"}
	if err := e.Describe(nil, &followup.FollowUp{ID: 1, Comment: &large}, nil); err != nil {
		t.Fatal(err)
	}
	if n := len(asJSON(t, e.Data.(*event.FollowUpData).Comment)); n > event.MaxBody {
		t.Errorf("the comment has %d bytes in JSON", n)
	}
}
