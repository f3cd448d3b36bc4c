package user

import "testing"

func TestGrantable(t *testing.T) {
	for p, want := range map[Permission]bool{
		ManageUsers: true, ManageQueues: true, ManageFields: true,
		"": false, "manage_rights": false, "read_tickets": false, "MANAGE_USERS": false,
	} {
		if p.Grantable() != want {
			t.Errorf("%q: %v", p, !want)
		}
	}
}

func TestPermissionsAreTheCallersToChange(t *testing.T) {
	Permissions()[0] = "spoilt"
	if !ManageUsers.Grantable() {
		t.Error("the list was changed")
	}
}

func TestHolds(t *testing.T) {
	granted := []Permission{ManageUsers}
	for _, test := range []struct {
		u    User
		want bool
	}{
		{User{Active: true, Staff: true, Permissions: granted}, true},
		{User{Active: true, Superuser: true}, true},
		{User{Active: true, Staff: true}, false},
		{User{Active: true, Staff: true, Permissions: []Permission{ManageQueues}}, false},
		{User{Active: true, Permissions: granted}, false}, // it means something for staff only
		{User{Staff: true, Permissions: granted}, false},
		{User{Staff: true, Superuser: true, Permissions: granted}, false},
	} {
		if got := test.u.Holds(ManageUsers); got != test.want {
			t.Errorf("%+v: %v", test.u, got)
		}
	}
}
