package user

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/validate"
)

func TestCheckPassword(t *testing.T) {
	like := func(name string) validate.Problem {
		return validate.Problem{Reason: validate.PasswordLike, Value: name}
	}
	short := validate.Problem{Reason: validate.PasswordShort, Limit: 8}
	common := validate.Problem{Reason: validate.PasswordCommon}
	digits := validate.Problem{Reason: validate.PasswordDigits}
	ada := &User{Username: "abcdefgh", FirstName: "Gertrude", LastName: "O'Hannigan-Smith", Email: "mail.box@example.org"}

	for _, test := range []struct {
		password string
		want     []validate.Problem
	}{
		{"Xk29fjw02k", nil},
		{"correct horse battery", nil},
		{strings.Repeat("xY3-", 1024), nil}, // the longest

		{"xq", []validate.Problem{short}},
		{"😀😁😂🤣😃😄😅", []validate.Problem{short}}, // counted in characters
		{"password", []validate.Problem{common}},
		{"PassWord", []validate.Problem{common}},
		{" password ", []validate.Problem{common}}, // trimmed for this comparison
		{"passwordx", nil},
		{"friend of emily", []validate.Problem{common}},
		{"йцукен", []validate.Problem{short, common}},
		{"1234567", []validate.Problem{short, common, digits}},
		{"59301745029384", []validate.Problem{digits}},
		{"٣٣٣٣٣٣٣٣", []validate.Problem{digits}},
		{"²²²²①①①①", []validate.Problem{digits}},
		{"½½½½½½½½", nil}, // a number, but no digit

		{"abcdefgh", []validate.Problem{like("username"), common}},
		{"hgfedcba", []validate.Problem{like("username")}}, // order does not count
		{"abcdefgh00000", []validate.Problem{like("username")}},
		{"abcdefgh0000000", nil},                                   // 16/23 < 0.7
		{"gertrude99", []validate.Problem{like("first name")}},     // by lower case
		{"hannigan_1", []validate.Problem{like("last name")}},      // a part
		{"smith!!!!", []validate.Problem{like("last name")}},       // 10/14, just enough
		{"o'hannigan-smit", []validate.Problem{like("last name")}}, // the whole
		{"example.", []validate.Problem{like("email address")}},
		{"abc", []validate.Problem{short, common}},
		{"abcdef", []validate.Problem{like("username"), short, common}},

		{"", []validate.Problem{blank}},
		{" \u3000", []validate.Problem{blank}},
		{strings.Repeat("a", MaxPassword+1), []validate.Problem{tooLong(MaxPassword)}},
		{"a\x00", []validate.Problem{nullChar}},
		{"a\xed\xbf\xbf", []validate.Problem{surrogate("U+DFFF")}},
	} {
		if got := CheckPassword(test.password, ada); !reflect.DeepEqual(got, test.want) {
			t.Errorf("CheckPassword(%.20q) = %v, want %v", test.password, got, test.want)
		}
	}
	if got := CheckPassword("abcdefghi", &User{}); !reflect.DeepEqual(got, []validate.Problem{common}) {
		t.Errorf("of nobody in particular: %v, want only %v", got, common)
	}
}

func TestSimilarityKnowsItsCases(t *testing.T) {
	for _, test := range []struct {
		password string
		u        User
		want     string
	}{
		{"ΟΔΥΣΣΕΥΣ", User{FirstName: "Οδυσσευς"}, "first name"}, // final sigma
		{"aaaaaaaaaa", User{Username: "a"}, ""},                 // ten times as long
		{"a", User{Username: "aaaaaaaaaa"}, ""},
		{"secret77", User{Username: "---"}, ""},
		{"secret77", User{Username: "secret77", FirstName: "secret77", Email: "secret77"}, "username"},
		{"secret77", User{Email: "secret77@example.com"}, "email address"},
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
