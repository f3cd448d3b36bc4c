package user

import "slices"

// Permission is a kind of thing a user may or may not do. Package helpdesk lists
// them all; those here can be granted to single members of staff.
type Permission string

// The permissions that a superuser grants to staff.
const (
	ManageUsers  Permission = "manage_users"  // add, change and delete users who are no superusers
	ManageQueues Permission = "manage_queues" // add, change and delete queues
	ManageFields Permission = "manage_fields" // add, change and delete custom fields
)

// Permissions are those that can be granted.
func Permissions() []Permission { return []Permission{ManageUsers, ManageQueues, ManageFields} }

// Grantable reports whether p can be granted.
func (p Permission) Grantable() bool { return slices.Contains(Permissions(), p) }
