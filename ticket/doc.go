// Package ticket has the tickets of a help desk, their queues, and the custom fields
// that a host adds to them. It has the rules that need nothing but the values
// themselves. Permissions and use cases are in package helpdesk, history is in package
// followup.
//
// A Ticket is a plain value. Change it, then check whether it is still valid:
//
//	t.Title = "Printer on fire"
//	t.Priority = ticket.Critical
//	if err := t.Check().Err(); err != nil { … }
//
// Pointer fields are nullable in the API: nil is null, which differs from "".
//
// The value of a custom field is a text in canonical form, whatever the type of the
// field. CustomField.Parse converts what a client sent into this form. Its results
// parse to themselves:
//
//	cost := ticket.CustomField{Type: ticket.Decimal, MaxLength: new(int64(6)), DecimalPlaces: new(int64(2))}
//	v, problems := cost.Parse("12.3") // v.Text is "12.30"
//
// Store, QueueStore and CustomFieldStore are what a database must implement. The
// packages below storage have implementations.
package ticket
