package user

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

const (
	minPassword   = 8   // characters
	maxSimilarity = 0.7 // between a password and an attribute of its user; see ratio
)

// CheckPasswordText reports whether a password is blank, longer than MaxPassword, or
// contains a NUL or a surrogate. The API reports these problems together with those
// of other fields, and the problems of CheckPassword only once all else is valid.
func CheckPasswordText(password string) []problem.Problem {
	if validate.TrimSpace(password) == "" {
		return []problem.Problem{{Reason: problem.Blank}}
	}
	return validate.Text(password, MaxPassword)
}

// CheckPassword returns every reason why u must not use the password, in this order:
// it is too similar to the username, first name, last name or e-mail address (the
// problem names the first of these); it is too short; it is common; it is entirely
// numeric. For a password that fails CheckPasswordText it returns only those problems,
// so that its cost is bounded. It is safe for concurrent use.
func CheckPassword(password string, u *User) []problem.Problem {
	problems := CheckPasswordText(password)
	if len(problems) > 0 {
		return problems
	}
	if name := similar(password, u); name != "" {
		problems = append(problems, problem.Problem{Reason: problem.PasswordLike, Value: name})
	}
	if utf8.RuneCountInString(password) < minPassword {
		problems = append(problems, problem.Problem{Reason: problem.PasswordShort, Limit: minPassword})
	}
	if isCommon(validate.TrimSpace(lower(password))) {
		problems = append(problems, problem.Problem{Reason: problem.PasswordCommon})
	}
	if !strings.ContainsFunc(password, func(r rune) bool { return !unicode.In(r, unicode.Nd, otherDigits) }) {
		problems = append(problems, problem.Problem{Reason: problem.PasswordDigits})
	}
	return problems
}

// similar returns the name of the first attribute of u that the password resembles,
// as a whole or in one of its words, or "".
func similar(password string, u *User) string {
	pass := []rune(lower(password))
	for _, attr := range []struct{ name, value string }{
		{"username", u.Username},
		{"first_name", u.FirstName},
		{"last_name", u.LastName},
		{"email", u.Email},
	} {
		value := lower(attr.value)
		words := strings.FieldsFunc(value, func(r rune) bool { return !isWord(r) })
		for _, word := range append(words, value) {
			if ratio(pass, []rune(word)) >= maxSimilarity {
				return attr.name
			}
		}
	}
	return ""
}

// ratio returns twice the number of characters that a and b have in common, in any
// order, divided by the number of all characters: 1 for an anagram, 0 without a
// common character.
func ratio(a, b []rune) float64 {
	if len(a) >= 10*len(b) || len(b) >= 10*len(a) {
		return 0 // the ratio is below 0.2
	}
	counts := make(map[rune]int, len(b))
	for _, r := range b {
		counts[r]++
	}
	common := 0
	for _, r := range a {
		if counts[r] > 0 {
			counts[r]--
			common++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b))
}

// lower returns s in lower case by the full rules of Unicode, including final sigma.
func lower(s string) string { return cases.Lower(language.Und).String(s) }

// otherDigits are the digits outside of the category Nd, whose Unicode Numeric_Type is
// Digit: superscripts, subscripts, circled digits and the like.
var otherDigits = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00b2, Hi: 0x00b3, Stride: 1},
		{Lo: 0x00b9, Hi: 0x00b9, Stride: 1},
		{Lo: 0x1369, Hi: 0x1371, Stride: 1},
		{Lo: 0x19da, Hi: 0x19da, Stride: 1},
		{Lo: 0x2070, Hi: 0x2070, Stride: 1},
		{Lo: 0x2074, Hi: 0x2079, Stride: 1},
		{Lo: 0x2080, Hi: 0x2089, Stride: 1},
		{Lo: 0x2460, Hi: 0x2468, Stride: 1},
		{Lo: 0x2474, Hi: 0x247c, Stride: 1},
		{Lo: 0x2488, Hi: 0x2490, Stride: 1},
		{Lo: 0x24ea, Hi: 0x24ea, Stride: 1},
		{Lo: 0x24f5, Hi: 0x24fd, Stride: 1},
		{Lo: 0x24ff, Hi: 0x24ff, Stride: 1},
		{Lo: 0x2776, Hi: 0x277e, Stride: 1},
		{Lo: 0x2780, Hi: 0x2788, Stride: 1},
		{Lo: 0x278a, Hi: 0x2792, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x10a40, Hi: 0x10a43, Stride: 1},
		{Lo: 0x10e60, Hi: 0x10e68, Stride: 1},
		{Lo: 0x11052, Hi: 0x1105a, Stride: 1},
		{Lo: 0x1f100, Hi: 0x1f10a, Stride: 1},
	},
	LatinOffset: 2,
}
