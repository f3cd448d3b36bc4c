package user

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/problem"
)

var (
	blank       = problem.Problem{Reason: problem.Blank}
	nullChar    = problem.Problem{Reason: problem.NullChar}
	badUsername = problem.Problem{Reason: problem.BadUsername}
	badEmail    = problem.Problem{Reason: problem.BadEmail}
)

func tooLong(limit int64) problem.Problem {
	return problem.Problem{Reason: problem.TooLong, Limit: limit}
}

func surrogate(value string) problem.Problem {
	return problem.Problem{Reason: problem.Surrogate, Value: value}
}

func TestCheckUsername(t *testing.T) {
	for _, test := range []struct {
		name string
		want []problem.Problem
	}{
		{"ada", nil},
		{"a.b+c-d_e@f", nil},
		{"-x", nil},
		{".", nil},
		{"é", nil},
		{"用户", nil},
		{"²½Ⅳ٣", nil}, // numbers of every kind
		{strings.Repeat("é", 150), nil},
		{"", []problem.Problem{blank}},
		{" \t\u00a0\u3000", []problem.Problem{blank}},
		{"bob smith", []problem.Problem{badUsername}},
		{"bob!", []problem.Problem{badUsername}},
		{" bob", []problem.Problem{badUsername}},
		{"bob\n", []problem.Problem{badUsername}},
		{"e\u0301", []problem.Problem{badUsername}}, // a combining mark is no word character
		{"a\u200bb", []problem.Problem{badUsername}},
		{"😀", []problem.Problem{badUsername}},
		{"‿", []problem.Problem{badUsername}}, // connecting, but not the underscore
		{"a\x00", []problem.Problem{badUsername, nullChar}},
		{"a\xed\xa0\x80", []problem.Problem{badUsername, surrogate("U+D800")}},
		{strings.Repeat("a", 151), []problem.Problem{tooLong(150)}},
		{strings.Repeat("!", 151) + "\x00", []problem.Problem{badUsername, tooLong(150), nullChar}},
	} {
		u := User{Username: test.name}
		if got := u.Check()["username"]; !reflect.DeepEqual(got, test.want) {
			t.Errorf("username %.20q: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestCheckNamesAndEmail(t *testing.T) {
	ok := User{Username: "ada", FirstName: "Ada K.", LastName: "Löwe!", Email: "ada@example.com"}
	for _, test := range []struct {
		name   string
		change func(*User)
		want   problem.Error
	}{
		{"fine", func(*User) {}, problem.Error{}},
		{"empty", func(u *User) { u.FirstName, u.LastName, u.Email = "", "", "" }, problem.Error{}},
		{"longest", func(u *User) { u.FirstName = strings.Repeat("é", 150) }, problem.Error{}},
		{"long names", func(u *User) {
			u.FirstName, u.LastName = strings.Repeat("a", 151), strings.Repeat("b", 151)
		}, problem.Error{"first_name": {tooLong(150)}, "last_name": {tooLong(150)}}},
		{"null", func(u *User) { u.LastName = "\x00" }, problem.Error{"last_name": {nullChar}}},
		{"bad address", func(u *User) { u.Email = "nope" }, problem.Error{"email": {badEmail}}},
		{"long bad address", func(u *User) { u.Email = strings.Repeat("x", 255) },
			problem.Error{"email": {tooLong(254), badEmail}}},
		{"null in address", func(u *User) { u.Email = "a@b.co\x00" },
			problem.Error{"email": {nullChar, badEmail}}},
		{"everything", func(u *User) { *u = User{FirstName: "\x00", LastName: "\x00", Email: "@"} }, problem.Error{
			"first_name": {nullChar}, "last_name": {nullChar}, "username": {blank}, "email": {badEmail}}},
	} {
		u := ok
		test.change(&u)
		before := u
		if got := u.Check(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
		if !reflect.DeepEqual(u, before) {
			t.Errorf("%s: Check changed the user", test.name)
		}
	}
	if err := ok.Check().Err(); err != nil {
		t.Errorf("Err of a valid user is %v", err)
	}
}
