package user

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

func TestCheckPassword(t *testing.T) {
	like := func(name string) problem.Problem {
		return problem.Problem{Reason: problem.PasswordLike, Value: name}
	}
	short := problem.Problem{Reason: problem.PasswordShort, Limit: 8}
	common := problem.Problem{Reason: problem.PasswordCommon}
	digits := problem.Problem{Reason: problem.PasswordDigits}
	ada := &User{Username: "abcdefgh", FirstName: "Gertrude", LastName: "O'Hannigan-Smith", Email: "mail.box@example.org"}

	for _, test := range []struct {
		password string
		want     []problem.Problem
	}{
		{"Xk29fjw02k", nil},
		{"correct horse battery", nil},
		{strings.Repeat("xY3-", 1024), nil}, // the longest

		{"xq", []problem.Problem{short}},
		{"😀😁😂🤣😃😄😅", []problem.Problem{short}}, // counted in characters
		{"password", []problem.Problem{common}},
		{"PassWord", []problem.Problem{common}},
		{" password ", []problem.Problem{common}}, // trimmed for this comparison
		{"passwordx", nil},
		{"friend of emily", []problem.Problem{common}},
		{"йцукен", []problem.Problem{short, common}},
		{"1234567", []problem.Problem{short, common, digits}},
		{"59301745029384", []problem.Problem{digits}},
		{"٣٣٣٣٣٣٣٣", []problem.Problem{digits}},
		{"²²²²①①①①", []problem.Problem{digits}},
		{"½½½½½½½½", nil}, // a number, but no digit

		{"abcdefgh", []problem.Problem{like("username"), common}},
		{"hgfedcba", []problem.Problem{like("username")}}, // order does not count
		{"abcdefgh00000", []problem.Problem{like("username")}},
		{"abcdefgh0000000", nil},                                  // 16/23 < 0.7
		{"gertrude99", []problem.Problem{like("first_name")}},     // by lower case
		{"hannigan_1", []problem.Problem{like("last_name")}},      // a part
		{"smith!!!!", []problem.Problem{like("last_name")}},       // 10/14, just enough
		{"o'hannigan-smit", []problem.Problem{like("last_name")}}, // the whole
		{"example.", []problem.Problem{like("email")}},
		{"abc", []problem.Problem{short, common}},
		{"abcdef", []problem.Problem{like("username"), short, common}},

		{"", []problem.Problem{blank}},
		{" \u3000", []problem.Problem{blank}},
		{strings.Repeat("a", MaxPassword+1), []problem.Problem{tooLong(MaxPassword)}},
		{"a\x00", []problem.Problem{nullChar}},
		{"a\xed\xbf\xbf", []problem.Problem{surrogate("U+DFFF")}},
	} {
		if got := CheckPassword(test.password, ada); !reflect.DeepEqual(got, test.want) {
			t.Errorf("CheckPassword(%.20q) = %v, want %v", test.password, got, test.want)
		}
	}
	if got := CheckPassword("abcdefghi", &User{}); !reflect.DeepEqual(got, []problem.Problem{common}) {
		t.Errorf("of nobody in particular: %v, want only %v", got, common)
	}
}

func TestSimilarityKnowsItsCases(t *testing.T) {
	for _, test := range []struct {
		password string
		u        User
		want     string
	}{
		{"ΟΔΥΣΣΕΥΣ", User{FirstName: "Οδυσσευς"}, "first_name"}, // final sigma
		{"aaaaaaaaaa", User{Username: "a"}, ""},                 // ten times as long
		{"a", User{Username: "aaaaaaaaaa"}, ""},
		{"secret77", User{Username: "---"}, ""},
		{"secret77", User{Username: "secret77", FirstName: "secret77", Email: "secret77"}, "username"},
		{"secret77", User{Email: "secret77@example.com"}, "email"},
	} {
		if got := similar(test.password, &test.u); got != test.want {
			t.Errorf("similar(%q, %+v) = %q, want %q", test.password, test.u, got, test.want)
		}
	}
}

func TestCommonPasswordsUnpack(t *testing.T) {
	if got := len(common()); got != 19_640 {
		t.Errorf("%d common passwords, want 19,640", got)
	}
	for word := range common() {
		if word != validate.TrimSpace(lower(word)) || word == "" {
			t.Errorf("%q can never match", word)
		}
	}
}

func BenchmarkCheckPassword(b *testing.B) {
	u := &User{Username: strings.Repeat("ab.", 50), Email: strings.Repeat("a.b", 80) + "@example.com"}
	for name, password := range map[string]string{"usual": "Xk29fjw02k", "longest": strings.Repeat("a.b-", 1024)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				CheckPassword(password, u)
			}
		})
	}
}
