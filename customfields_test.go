package helpdesk_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func TestADefinitionIsStoredAsGiven(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	given := &ticket.CustomField{ID: 1, Name: "new", Label: "Ünï", HelpText: new("help"), Type: ticket.List, MaxLength: new(int64(3)),
		DecimalPlaces: new(int64(0)),
		ListValues:    new("a\nb"), EmptySelectionList: true, Ordering: new(int64(-1)), Required: true, StaffOnly: true}
	created := must(d.CreateCustomField(t.Context(), d.admin, given))(t)
	equal(t, created.ID, 15)
	equal(t, given.ID, 1)
	equal(t, asJSON(must(d.CustomField(t.Context(), d.staff, 15))(t)), asJSON(created))
	updated := must(d.UpdateCustomField(t.Context(), d.admin, 15, func(f *ticket.CustomField) error {
		*f = ticket.CustomField{ID: 1, Name: "old", Label: "Old", Type: ticket.Text}
		return nil
	}))(t)
	equal(t, asJSON(updated), asJSON(&ticket.CustomField{ID: 15, Name: "old", Label: "Old", Type: ticket.Text, Version: 2}))
	equal(t, asJSON(must(d.CustomField(t.Context(), d.staff, 15))(t)), asJSON(updated))
}

func TestEverythingWrongWithADefinitionIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	bad := ticket.CustomField{Name: "company", Label: strings.Repeat("x", 31), HelpText: new("\x00"), Type: "colour"}
	const want = `data_type: not a choice "colour"; help_text: null character; label: too long (limit 30); name: already taken`
	_, err := d.CreateCustomField(t.Context(), d.admin, &bad)
	equal(t, wrong(t, err), want)
	_, err = d.CreateCustomField(refusing(t.Context()), d.admin, &bad)
	equal(t, wrong(t, err), want+"; x: required")
	_, err = d.UpdateCustomField(t.Context(), d.admin, d.fields["notes"].ID, func(f *ticket.CustomField) error {
		*f = bad
		return problem.Error{"x": {{Reason: problem.Required}}}
	})
	equal(t, wrong(t, err), want+"; x: required")
	unchanged()
}

func TestAnErrorOfTheFunctionEndsTheEditOfADefinition(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unchanged := d.unchanged(t)
	stop := errors.New("stop")
	_, err := d.UpdateCustomField(t.Context(), d.admin, d.fields["notes"].ID, func(f *ticket.CustomField) error {
		f.Label = "x"
		return stop
	})
	is(t, err, stop)
	unchanged()
}

func TestTheTypeOfAUsedFieldStays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	retype := func(to ticket.FieldType) error {
		_, err := d.UpdateCustomField(t.Context(), d.admin, d.fields["company"].ID, func(f *ticket.CustomField) error {
			f.Type, f.Label = to, "Firm"
			return nil
		})
		return err
	}
	check(t, retype(ticket.Text)) // no ticket has a value yet
	id := d.ticket(t).ID
	unchanged := d.unchanged(t)
	is(t, retype(ticket.Integer), helpdesk.ErrInUse)
	unchanged()
	check(t, retype(ticket.Text)) // the same
	check(t, d.DeleteTicket(t.Context(), d.staff, id))
	check(t, retype(ticket.Integer))
}

func TestADeletedFieldTakesItsValues(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t, func(n *ticket.Ticket) {
		n.Values = ticket.Values{{Field: d.fields["company"].ID, Text: "ACME"}, {Field: d.fields["tier"].ID, Text: "gold"}}
	}).ID
	check(t, d.DeleteCustomField(t.Context(), d.admin, d.fields["company"].ID))
	is(t, d.DeleteCustomField(t.Context(), d.admin, d.fields["company"].ID), helpdesk.ErrNotFound)
	got := d.thread(t, id)
	equal(t, len(got.Fields), len(d.fields)-1)
	equal(t, len(got.Values), len(d.fields)-1)
	equal(t, got.Values.Get(d.fields["tier"].ID).Text, "gold")
}

func TestAFieldDefinedLaterReadsNullUntilItIsSet(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	id := d.ticket(t).ID
	late := must(d.CreateCustomField(t.Context(), d.admin,
		&ticket.CustomField{Name: "late", Label: "Late", Type: ticket.Text, Required: true}))(t)
	equal(t, d.thread(t, id).Values.Get(late.ID).Null, true)
	d.edit(t, id, func(n *ticket.Ticket) { n.Title = "x" })
	equal(t, d.thread(t, id).Values.Get(late.ID).Null, true)
	d.edit(t, id, func(n *ticket.Ticket) { n.Values.Set(ticket.Value{Field: late.ID, Text: "now"}) })
	equal(t, d.thread(t, id).Values.Get(late.ID).Text, "now")
	sameLines(t, d.history(t, id), "Title: Broken → x", "Late: null → now")
}

func TestValuesAreStoredInTheirCanonicalForm(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	given := map[string][2]string{
		"seats": {"+0012", "12"}, "cost": {"1e1", "10.00"}, "vip": {"true", "true"}, "start": {"2026-1-2", "2026-01-02"},
		"at":   {"10:00", "10:00:00"},
		"when": {"2026-01-01T10:00:59+01:00", "2026-01-01T09:00"}, "ip": {"::FFFF:1.2.3.4", "1.2.3.4"}, "tier": {"gold", "gold"},
	}
	set := func(n *ticket.Ticket) {
		for name, text := range given {
			n.Values.Set(ticket.Value{Field: d.fields[name].ID, Text: text[0]})
		}
	}
	created, updated := d.ticket(t, set).ID, d.ticket(t).ID
	d.edit(t, updated, set)
	for name, text := range given {
		equal(t, d.thread(t, created).Values.Get(d.fields[name].ID).Text, text[1])
		equal(t, d.thread(t, updated).Values.Get(d.fields[name].ID).Text, text[1])
	}
}

func TestARequiredBooleanIsAConsent(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "vip")
	for text, want := range map[string]string{"": "custom_vip: required", "false": "custom_vip: required",
		"maybe": "custom_vip: not a boolean", "true": ""} {
		n := &ticket.Ticket{QueueID: d.support.ID, Title: "x"}
		if text != "" {
			n.Values = ticket.Values{{Field: d.fields["vip"].ID, Text: text}}
		}
		_, err := d.CreateTicket(t.Context(), d.staff, n)
		if want == "" {
			check(t, err)
			continue
		}
		equal(t, wrong(t, err), want)
	}
}

func TestValuesOfUnknownFieldsAreDropped(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unknown := ticket.Value{Field: nobody, Text: "x"}
	id := d.ticket(t, func(n *ticket.Ticket) { n.Values = ticket.Values{unknown} }).ID
	d.edit(t, id, func(n *ticket.Ticket) { n.Values.Set(unknown) })
	equal(t, d.thread(t, id).Values.Get(nobody).Null, true)
	equal(t, len(d.history(t, id)), 0)
}

func TestFieldsComeInTheirOrderAndListsByID(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first := must(d.CreateCustomField(t.Context(), d.admin,
		&ticket.CustomField{Name: "first", Label: "First", Type: ticket.Text, Ordering: new(int64(-1))}))(t)
	fields := must(d.Fields(t.Context(), d.staff))(t)
	equal(t, fields[0].Name+" "+fields[1].Name, "first company")
	l := d.CustomFields(d.staff, ticket.CustomFieldFilter{})
	all := collect(t, l, 0, 0)
	equal(t, all[len(all)-1].ID, first.ID)
}
