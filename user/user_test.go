package user

import "testing"

func TestNames(t *testing.T) {
	for _, test := range []struct {
		u             User
		full, display string
		public        string
	}{
		{User{Username: "ada"}, "", "ada", "ada"},
		{User{Username: "ada", Active: true, Staff: true}, "", "ada", "Support"},
		{User{Username: "ada", Superuser: true}, "", "ada", "Support"},
		{User{Username: "ada", FirstName: "Ada"}, "Ada", "Ada", "Ada"},
		{User{Username: "ada", LastName: "Lovelace", Staff: true}, "Lovelace", "Lovelace", "Lovelace"},
		{User{Username: "ada", FirstName: "Ada", LastName: "Lovelace"}, "Ada Lovelace", "Ada Lovelace", "Ada Lovelace"},
	} {
		if got := test.u.FullName(); got != test.full {
			t.Errorf("FullName of %+v = %q", test.u, got)
		}
		if got := test.u.DisplayName(); got != test.display {
			t.Errorf("DisplayName of %+v = %q", test.u, got)
		}
		if got := test.u.PublicName(); got != test.public {
			t.Errorf("PublicName of %+v = %q", test.u, got)
		}
	}
}

func TestRights(t *testing.T) {
	for _, test := range []struct {
		u                User
		staff, superuser bool
	}{
		{User{}, false, false},
		{User{Active: true}, false, false},
		{User{Active: true, Staff: true}, true, false},
		{User{Active: true, Superuser: true}, true, true},
		{User{Staff: true, Superuser: true}, false, false},
	} {
		if test.u.IsStaff() != test.staff || test.u.IsSuperuser() != test.superuser {
			t.Errorf("%+v: staff %v, superuser %v", test.u, test.u.IsStaff(), test.u.IsSuperuser())
		}
	}
}
