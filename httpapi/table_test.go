package httpapi

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
	"github.com/go-helpdesk/helpdesk/webhook"
)

// TestTablesAgreeWithTheirNouns on what is too long, blank, null and a choice.
func TestTablesAgreeWithTheirNouns(t *testing.T) {
	t.Parallel()
	seen := map[*schema]bool{&answers.schema: true, &passwordChange.schema: true} // the desk alone says what these take

	agree(t, seen, queues.table, func() *ticket.Queue { return &ticket.Queue{Title: "t", Slug: "s"} }, (*ticket.Queue).Check, nil)
	agree(t, seen, groups.table, func() *user.Group { return &user.Group{Name: "g"} }, (*user.Group).Check, nil)
	agree(t, seen, users.table, func() *user.User { return &user.User{Username: "u"} }, (*user.User).Check,
		map[string][]string{"permissions": spell(user.Permissions())})
	agree(t, seen, tokens.table, func() issuedToken { return issuedToken{Token: &user.Token{}} },
		func(i issuedToken) problem.Error { return i.Check() }, nil)
	agree(t, seen, customFields.table, func() *ticket.CustomField { return &ticket.CustomField{Name: "n", Label: "l", Type: ticket.Text} },
		(*ticket.CustomField).Check, map[string][]string{"data_type": spell(ticket.FieldTypes())})

	agree(t, seen, webhooks.table, func() *webhook.Webhook { return &webhook.Webhook{URL: "https://example.org/", Signing: webhook.V1} },
		func(w *webhook.Webhook) problem.Error { return w.Check(spell(event.Types())) },
		map[string][]string{"types": eventPatterns(), "signing": {"v1", "v1a"}})
	seen[&replayRange.schema] = true // has numbers alone

	valid := func() *ticket.Ticket { return &ticket.Ticket{Title: "t", Status: ticket.Open, Priority: ticket.Normal} }
	agree(t, seen, tickets.table, func() *helpdesk.Thread { return &helpdesk.Thread{Ticket: valid()} },
		func(t *helpdesk.Thread) problem.Error { return t.Check() },
		map[string][]string{"status": numbers(ticket.Status.Valid), "priority": numbers(ticket.Priority.Valid)})
	agree(t, seen, userTickets.table, func() *helpdesk.RequesterTicket { return &helpdesk.RequesterTicket{Ticket: valid()} },
		func(t *helpdesk.RequesterTicket) problem.Error { return t.Check() },
		map[string][]string{"priority": numbers(ticket.Priority.Valid)})
	agree(t, seen, followUps.table, func() *followup.FollowUp { return &followup.FollowUp{} }, (*followup.FollowUp).Check,
		map[string][]string{"new_status": numbers(ticket.Status.Valid)})
	agree(t, seen, attachments.table, func() *followup.Attachment { return &followup.Attachment{Filename: "f"} },
		func(a *followup.Attachment) problem.Error { return a.Check(nil) }, nil)

	for _, rt := range allRoutes() {
		for _, method := range routedMethods {
			if takes := rt.operation(method).takes; takes != nil && !seen[takes] {
				t.Errorf("the table of %s %s is compared with no noun", method, rt.path)
			}
		}
	}
}

// agree checks that the table takes of a valid noun what the noun takes, and no more.
// Choices has those of the noun, for each field that is a choice.
func agree[T any](
	t *testing.T, seen map[*schema]bool, of *table[T], valid func() T, check func(T) problem.Error, choices map[string][]string,
) {
	t.Helper()
	seen[&of.schema] = true
	for i := range of.fields {
		f := &of.fields[i]
		if f.readOnly || f.extra || f.kind == kindCustom {
			continue
		}
		read := func(sent string, change ...option) []problem.Problem {
			s, noun := f.spec, valid()
			for _, set := range change {
				set(&s)
			}
			members, _, err := parseJSON([]byte(`{"` + f.name + `":` + sent + `}`))
			if err != nil {
				t.Fatal(err)
			}
			d := newDecoder(&input{values: members}, changing)
			f.decode(d, &s, noun)
			d.problems.Merge(check(noun))
			return d.problems[f.name]
		}
		if wrong := read("null"); f.nullable == (len(wrong) > 0) {
			t.Errorf("%s: nullable is %v, and what is wrong with null is %v", f.name, f.nullable, wrong)
		}
		if !slices.Equal(f.choices, choices[f.name]) {
			t.Errorf("%s has the choices %v, the noun %v", f.name, f.choices, choices[f.name])
		}
		switch f.kind {
		case kindText, kindEmail, kindSlug:
			agreeOnText(t, f.spec, func(text string) []problem.Problem { return read(strconv.Quote(text), blank) })
		case kindChoice:
			for _, choice := range f.choices {
				if wrong := read(strconv.Quote(choice)); len(wrong) > 0 {
					t.Errorf("%s: %s is refused: %v", f.name, choice, wrong)
				}
			}
			if wrong := read(`"99"`); !has(wrong, problem.NotChoice) {
				t.Errorf("%s: 99 is no choice, and is accepted: %v", f.name, wrong)
			}
		}
	}
}

func agreeOnText(t *testing.T, s spec, read func(string) []problem.Problem) {
	t.Helper()
	if refused := has(read(""), problem.Blank); refused == s.blank {
		t.Errorf("%s: blank is %v in the table, and refused %v by the noun", s.name, s.blank, refused)
	}
	longest := s.maxLength
	if longest == 0 {
		longest = 100_000
	}
	if wrong := read(strings.Repeat("x", longest)); has(wrong, problem.TooLong) {
		t.Errorf("%s: %d characters are refused: %v", s.name, longest, wrong)
	}
	if s.maxLength == 0 {
		return
	}
	tooLong := problem.Problem{Reason: problem.TooLong, Limit: int64(longest)}
	if wrong := read(strings.Repeat("x", longest+1)); !slices.Contains(wrong, tooLong) {
		t.Errorf("%s: %d characters are not refused: %v", s.name, longest+1, wrong)
	}
}

func has(problems []problem.Problem, r problem.Reason) bool {
	return slices.ContainsFunc(problems, func(p problem.Problem) bool { return p.Reason == r })
}

// numbers returns those from -1 to 99 that are valid.
func numbers[V ~int](valid func(V) bool) (spelled []string) {
	for n := range 101 {
		if valid(V(n - 1)) {
			spelled = append(spelled, strconv.Itoa(n-1))
		}
	}
	return spelled
}

func spell[V ~string](all []V) (words []string) {
	for _, v := range all {
		words = append(words, string(v))
	}
	return words
}
