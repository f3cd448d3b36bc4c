package user

import "slices"

// Permission is a kind of thing that a user may do. Package helpdesk has the complete
// list. The permissions here can be granted to single members of staff.
type Permission string

// The permissions that a superuser can grant to staff.
const (
	ManageUsers  Permission = "manage_users"  // add, change and delete users who are not superusers
	ManageQueues Permission = "manage_queues" // add, change and delete queues
	ManageFields Permission = "manage_fields" // add, change and delete custom fields
	// ManageWebhooks is to read, add, change and delete webhooks, for staff who reach every
	// ticket.
	ManageWebhooks Permission = "manage_webhooks"
)

// Permissions returns the permissions that can be granted.
func Permissions() []Permission {
	return []Permission{ManageUsers, ManageQueues, ManageFields, ManageWebhooks}
}

// Grantable reports whether p can be granted.
func (p Permission) Grantable() bool { return slices.Contains(Permissions(), p) }
