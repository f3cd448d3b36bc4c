package user

import (
	"strings"
	"unicode"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// The maximum lengths, in characters (Unicode code points).
const (
	MaxName     = 150  // first name, last name
	MaxUsername = 150  // as typed; its Key can be up to 18 times as long
	MaxEmail    = 254  // e-mail address
	MaxPassword = 4096 // bounds the cost of checking a password
)

// Check returns everything that is wrong with the names, the username and the e-mail
// address, under the keys first_name, last_name, username and email. The names and
// the address may be empty. Call Trim first. Check does not find out whether the
// username is taken. Return the result through its Err.
func (u *User) Check() problem.Error {
	wrong := problem.Error{}
	wrong.Add("first_name", validate.Text(u.FirstName, MaxName)...)
	wrong.Add("last_name", validate.Text(u.LastName, MaxName)...)
	wrong.Add("username", validateUsername(u.Username)...)
	wrong.Add("email", validateEmail(u.Email)...)
	return wrong
}

// validateUsername reports a forbidden character before the problems of any text, as
// django-helpdesk does.
func validateUsername(name string) []problem.Problem {
	if validate.TrimSpace(name) == "" {
		return []problem.Problem{{Reason: problem.Blank}}
	}
	var problems []problem.Problem
	if strings.ContainsFunc(name, func(r rune) bool { return !isWord(r) && !strings.ContainsRune(".@+-", r) }) {
		problems = append(problems, problem.Problem{Reason: problem.BadUsername})
	}
	return append(problems, validate.Text(name, MaxUsername)...)
}

// validateEmail reports the problems of any text before a malformed address, as
// django-helpdesk does.
func validateEmail(address string) []problem.Problem {
	if address == "" {
		return nil
	}
	problems := validate.Text(address, MaxEmail)
	if !validate.Email(address) {
		problems = append(problems, problem.Problem{Reason: problem.BadEmail})
	}
	return problems
}

// isWord reports whether \w matches r in a Python pattern: letters and numbers of
// every kind and the underscore, but no combining marks.
func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
}

// Trim removes the white space around the names, the username and the e-mail
// address.
func (u *User) Trim() {
	u.FirstName, u.LastName = validate.TrimSpace(u.FirstName), validate.TrimSpace(u.LastName)
	u.Username, u.Email = validate.TrimSpace(u.Username), validate.TrimSpace(u.Email)
}
