package testdesk

import (
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

func accounts() []*user.User {
	return []*user.User{
		{Username: "admin", Email: "admin@example.com", Active: true, Staff: true, Superuser: true},
		{Username: "staff", Email: "staff@example.com", Active: true, Staff: true},
		{Username: "jane", Email: "jane@example.com", Active: true},
		{Username: "restricted", Active: true},
		{Username: "inactive", Email: "inactive@example.com", Staff: true},
	}
}

func customFields(required []string) []*ticket.CustomField {
	fields := []*ticket.CustomField{
		{Name: "company", Type: ticket.Varchar, MaxLength: new(int64(10))},
		{Name: "notes", Type: ticket.Text},
		{Name: "seats", Type: ticket.Integer},
		{Name: "cost", Type: ticket.Decimal, MaxLength: new(int64(6)), DecimalPlaces: new(int64(2))},
		{Name: "tier", Type: ticket.List, ListValues: new("gold\nsilver\nbronze")},
		{Name: "vip", Type: ticket.Boolean},
		{Name: "start", Type: ticket.Date},
		{Name: "at", Type: ticket.Time},
		{Name: "when", Type: ticket.Datetime},
		{Name: "contact", Type: ticket.Email},
		{Name: "site", Type: ticket.URL},
		{Name: "ip", Type: ticket.IPAddress},
		{Name: "code", Type: ticket.Slug},
		{Name: "secret", Type: ticket.Varchar, MaxLength: new(int64(20)), StaffOnly: true},
	}
	for i, f := range fields {
		f.Label = strings.ToUpper(f.Name[:1]) + f.Name[1:]
		f.Ordering = new(int64(i))
		f.Required = slices.Contains(required, f.Name)
	}
	return fields
}
