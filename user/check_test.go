package user

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/validate"
)

var (
	blank       = validate.Problem{Reason: validate.Blank}
	nullChar    = validate.Problem{Reason: validate.NullChar}
	badUsername = validate.Problem{Reason: validate.BadUsername}
	badEmail    = validate.Problem{Reason: validate.BadEmail}
)

func tooLong(limit int64) validate.Problem {
	return validate.Problem{Reason: validate.TooLong, Limit: limit}
}

func surrogate(value string) validate.Problem {
	return validate.Problem{Reason: validate.Surrogate, Value: value}
}

func TestCheckUsername(t *testing.T) {
	for _, test := range []struct {
		name string
		want []validate.Problem
	}{
		{"ada", nil},
		{"a.b+c-d_e@f", nil},
		{"-x", nil},
		{".", nil},
		{"é", nil},
		{"用户", nil},
		{"²½Ⅳ٣", nil}, // numbers of every kind
		{strings.Repeat("é", 150), nil},
		{"", []validate.Problem{blank}},
		{" \t\u00a0\u3000", []validate.Problem{blank}},
		{"bob smith", []validate.Problem{badUsername}},
		{"bob!", []validate.Problem{badUsername}},
		{" bob", []validate.Problem{badUsername}},
		{"bob\n", []validate.Problem{badUsername}},
		{"e\u0301", []validate.Problem{badUsername}}, // a combining mark is no word character
		{"a\u200bb", []validate.Problem{badUsername}},
		{"😀", []validate.Problem{badUsername}},
		{"‿", []validate.Problem{badUsername}}, // connecting, but not the underscore
		{"a\x00", []validate.Problem{badUsername, nullChar}},
		{"a\xed\xa0\x80", []validate.Problem{badUsername, surrogate("U+D800")}},
		{strings.Repeat("a", 151), []validate.Problem{tooLong(150)}},
		{strings.Repeat("!", 151) + "\x00", []validate.Problem{badUsername, tooLong(150), nullChar}},
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
		want   validate.Error
	}{
		{"fine", func(*User) {}, validate.Error{}},
		{"empty", func(u *User) { u.FirstName, u.LastName, u.Email = "", "", "" }, validate.Error{}},
		{"longest", func(u *User) { u.FirstName = strings.Repeat("é", 150) }, validate.Error{}},
		{"long names", func(u *User) {
			u.FirstName, u.LastName = strings.Repeat("a", 151), strings.Repeat("b", 151)
		}, validate.Error{"first_name": {tooLong(150)}, "last_name": {tooLong(150)}}},
		{"null", func(u *User) { u.LastName = "\x00" }, validate.Error{"last_name": {nullChar}}},
		{"bad address", func(u *User) { u.Email = "nope" }, validate.Error{"email": {badEmail}}},
		{"long bad address", func(u *User) { u.Email = strings.Repeat("x", 255) },
			validate.Error{"email": {tooLong(254), badEmail}}},
		{"null in address", func(u *User) { u.Email = "a@b.co\x00" },
			validate.Error{"email": {nullChar, badEmail}}},
		{"everything", func(u *User) { *u = User{FirstName: "\x00", LastName: "\x00", Email: "@"} }, validate.Error{
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
