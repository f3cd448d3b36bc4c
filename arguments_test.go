package helpdesk_test

import (
	"context"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// TestNilIsAnErrorAndNoPanic in every method of a desk and in place of every
// pointer, the actor aside.
func TestNilIsAnErrorAndNoPanic(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f := d.reply(t, &followup.FollowUp{TicketID: d.ticket(t).ID}, file("a.txt", []byte("x")))
	before := asJSON(must(d.FollowUp(t.Context(), d.staff, f.ID))(t))
	actor, ctx := reflect.TypeFor[*user.User](), reflect.TypeFor[context.Context]()
	optional := []string{"UpdateAttachment"} // its file
	v := reflect.ValueOf(d.Desk)
	for i := range v.NumMethod() {
		name, method := v.Type().Method(i).Name, v.Method(i)
		var args []reflect.Value
		pointers := 0
		for j := range method.Type().NumIn() {
			in := method.Type().In(j)
			switch {
			case method.Type().IsVariadic() && j == method.Type().NumIn()-1:
			case in == ctx:
				args = append(args, reflect.ValueOf(t.Context()))
			case in == actor && pointers == 0 && !slices.ContainsFunc(args, func(a reflect.Value) bool { return a.Type() == actor }):
				args = append(args, reflect.ValueOf(d.admin))
			case in.Kind() == reflect.Pointer:
				args = append(args, reflect.Zero(in))
				pointers++
			case in.Kind() == reflect.Func:
				args = append(args, reflect.MakeFunc(in,
					func([]reflect.Value) []reflect.Value { return []reflect.Value{reflect.Zero(in.Out(0))} }))
			case in.Kind() == reflect.Int64:
				args = append(args, reflect.ValueOf(int64(987654321)))
			default:
				args = append(args, reflect.Zero(in))
			}
		}
		if pointers == 0 {
			continue
		}
		out := call(t, name, method, args)
		if out == nil || slices.Contains(optional, name) {
			continue
		}
		if err, _ := out[len(out)-1].Interface().(error); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	equal(t, asJSON(must(d.FollowUp(t.Context(), d.staff, f.ID))(t)), before)
}

func call(t *testing.T, name string, method reflect.Value, args []reflect.Value) (out []reflect.Value) {
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s panics: %v", name, p)
		}
	}()
	return method.Call(args)
}

// TestWhatGoCallersPassIsTrimmed like what clients send, on creation and on edit,
// and the caller's own values are left alone.
func TestWhatGoCallersPassIsTrimmed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	const padded = "\u00a0 x \n"
	given := &ticket.Ticket{QueueID: d.support.ID, Title: padded, Description: new(padded), SubmitterEmail: new(" a@example.com "),
		DueDate: new(time.Date(2030, 1, 2, 3, 4, 5, 6789, time.FixedZone("", 3600))),
		Values:  ticket.Values{{Field: d.fields["notes"].ID, Text: padded}}}
	opened := must(d.CreateTicket(ctx, d.staff, given))(t)
	equal(t, opened.Title+*opened.Description+*opened.SubmitterEmail+opened.Values.Get(d.fields["notes"].ID).Text, "xxa@example.comx")
	equal(t, *opened.DueDate, time.Date(2030, 1, 2, 2, 4, 5, 6000, time.UTC))
	equal(t, given.Title+*given.Description, padded+padded)
	edited := must(d.UpdateTicket(ctx, d.staff, opened.ID, func(n *ticket.Ticket) error {
		n.Title, n.Description, n.Resolution, n.SubmitterEmail = " y ", new(" y "), new(" y "), new("\tb@example.com")
		return nil
	}))(t)
	equal(t, edited.Title+*edited.Description+*edited.Resolution+*edited.SubmitterEmail, "yyyb@example.com")

	reply := &followup.FollowUp{TicketID: opened.ID, Title: new(padded), Comment: new(padded)}
	answer := must(d.Reply(ctx, d.staff, reply))(t)
	equal(t, *answer.Title+*answer.Comment+*reply.Title, "xx"+padded)
	answer = must(d.UpdateFollowUp(ctx, d.staff, answer.ID,
		func(f *followup.FollowUp) error { f.Title, f.Comment = new(" y "), new(" y "); return nil }))(t)
	equal(t, *answer.Title+*answer.Comment, "yy")

	q := must(d.CreateQueue(ctx, d.admin, &ticket.Queue{Title: padded, Slug: " s ", EmailAddress: new(" q@example.com "),
		AllowPublicSubmission: true}))(t)
	equal(t, q.Title+q.Slug+*q.EmailAddress, "xsq@example.com")
	q = must(d.UpdateQueue(ctx, d.admin, q.ID, func(q *ticket.Queue) error { q.Title = " y "; return nil }))(t)
	equal(t, q.Title, "y")
	field := must(d.CreateCustomField(ctx, d.admin,
		&ticket.CustomField{Name: " f ", Label: padded, HelpText: new(padded), ListValues: new(padded), Type: ticket.List}))(t)
	equal(t, field.Name+field.Label+*field.HelpText+*field.ListValues, "fxxx")
	field = must(d.UpdateCustomField(ctx, d.admin, field.ID, func(f *ticket.CustomField) error { f.Label = " y "; return nil }))(t)
	equal(t, field.Label, "y")
	u := must(d.CreateUser(ctx, d.admin, &user.User{Username: " eve ", FirstName: padded, LastName: padded, Email: " e@example.com ",
		Active: true}, " Zebra-91-quilt "))(t)
	equal(t, u.Username+u.FirstName+u.LastName+u.Email, "evexxe@example.com")
	u = must(d.UpdateUser(ctx, d.admin, u.ID, func(u *user.User) error { u.FirstName = " y "; return nil }))(t)
	equal(t, u.FirstName, "y")
	g := must(d.CreateGroup(ctx, d.admin, &user.Group{Name: padded}))(t)
	equal(t, g.Name, "x")
	g = must(d.UpdateGroup(ctx, d.admin, g.ID, func(g *user.Group) error { g.Name = " y "; return nil }))(t)
	equal(t, g.Name, "y")
	token, _, err := d.CreateToken(ctx, d.admin, &user.Token{UserID: d.admin.ID, Name: padded})
	check(t, err)
	equal(t, token.Name, "x")
	ext := must(d.ExternalUser(ctx, &user.External{ID: "1", Username: " bob ", FirstName: padded, Email: " bob@example.com "}))(t)
	equal(t, ext.Username+ext.FirstName+ext.Email, "bobxbob@example.com")

	own := must(d.CreateRequesterTicket(ctx, d.jane, &ticket.Ticket{QueueID: q.ID, Title: padded, Description: new(padded)}))(t)
	equal(t, own.Title+*own.Description, "xx")
	equal(t, *must(d.CreateRequesterReply(ctx, d.jane, own.ID, padded))(t).Comment, "x")
	a := d.attached(t, file(`C:\dir\a.txt. `, []byte("x")))
	equal(t, a.Filename, "a.txt")
}

// TestAnUploadWithoutContentIsAnError of the host's, and no panic.
func TestAnUploadWithoutContentIsAnError(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, err := d.Reply(t.Context(), d.staff, &followup.FollowUp{TicketID: d.ticket(t).ID},
		followup.Upload{Filename: "a.txt", Size: 1}); err == nil {
		t.Error("no error")
	}
}
