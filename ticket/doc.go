// Package ticket holds what a help desk is about: tickets, the queues they
// stand in, and the custom fields a host adds to them. It knows the rules that
// need nothing but the values themselves; permissions, history and storage are
// elsewhere.
//
// A Ticket is a plain value. Change it, then ask whether it is still good:
//
//	t.Title = "Printer on fire"
//	t.Priority = ticket.Critical
//	if err := t.Check().Err(); err != nil { … }
//
// What a pointer field holds is what the wire holds: nil is null, which is not
// the same as "".
//
// The value of a custom field is text in one canonical form, whatever its type.
// CustomField.Parse makes it of what a client sent, and reads its own results:
//
//	cost := ticket.CustomField{Type: ticket.Decimal, MaxLength: new(int64(6)), DecimalPlaces: new(int64(2))}
//	v, problems := cost.Parse("12.3") // v.Text is "12.30"
//
// Store, QueueStore and CustomFieldStore say what a database must do; package
// storage has implementations.
package ticket
