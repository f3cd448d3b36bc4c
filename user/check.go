package user

import (
	"strings"
	"unicode"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// The longest values, in characters (code points).
const (
	MaxName     = 150  // first name, last name
	MaxUsername = 150  // as typed; its Key can be up to 18 times as long
	MaxEmail    = 254  //
	MaxPassword = 4096 // bounds what a password check may cost
)

// Check returns everything wrong with the names, the username and the e-mail
// address, under the keys first_name, last_name, username and email. Names and
// the address may be empty. It changes nothing: the caller trims. Whether the
// username is taken is not asked here. Return the result through its Err.
func (u *User) Check() problem.Error {
	wrong := problem.Error{}
	wrong.Add("first_name", validate.Text(u.FirstName, MaxName)...)
	wrong.Add("last_name", validate.Text(u.LastName, MaxName)...)
	wrong.Add("username", checkUsername(u.Username)...)
	wrong.Add("email", checkEmail(u.Email)...)
	return wrong
}

// checkUsername reports a bad character before the general findings of a text.
func checkUsername(name string) []problem.Problem {
	if validate.TrimSpace(name) == "" {
		return []problem.Problem{{Reason: problem.Blank}}
	}
	var problems []problem.Problem
	if strings.ContainsFunc(name, func(r rune) bool { return !isWord(r) && !strings.ContainsRune(".@+-", r) }) {
		problems = append(problems, problem.Problem{Reason: problem.BadUsername})
	}
	return append(problems, validate.Text(name, MaxUsername)...)
}

// checkEmail reports the general findings of a text before a bad address.
func checkEmail(address string) []problem.Problem {
	if address == "" {
		return nil
	}
	problems := validate.Text(address, MaxEmail)
	if !validate.Email(address) {
		problems = append(problems, problem.Problem{Reason: problem.BadEmail})
	}
	return problems
}

// isWord reports what \w matches in a Python pattern: letters and numbers of
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
