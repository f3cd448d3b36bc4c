package validate

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/problem"
)

func TestTrimSpaceTrimsWhatPythonTrims(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "",
		" a b ":                           "a b",
		"\t\n\v\f\ra\x1c\x1d\x1e\x1f":     "a",
		"\u0085\u00a0\u1680\u2000a\u200a": "a",
		"a\u2028\u2029\u202f\u205f\u3000": "a",
		"\u200ba\ufeff":                   "\u200ba\ufeff",
		"\u180ea":                         "\u180ea",
		"\x00 ":                           "\x00",
		"\xed\xa0\x80 ":                   "\xed\xa0\x80",
	} {
		if got := TrimSpace(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestTextFindsEverythingInOrder(t *testing.T) {
	tooLong := problem.Problem{Reason: problem.TooLong, Limit: 3}
	null := problem.Problem{Reason: problem.NullChar}
	for text, want := range map[string][]problem.Problem{
		"":                           nil,
		"abc":                        nil,
		"éé€":                        nil,
		"😀😀😀":                        nil,
		"abcd":                       {tooLong},
		"a\x00":                      {null},
		"\xed\xa0\x80":               {{Reason: problem.Surrogate, Value: "U+D800"}},
		"\xed\xbf\xbf\xed\xa0\x80":   {{Reason: problem.Surrogate, Value: "U+DFFF"}},
		"\xed\xb0\x80ab\x00":         {tooLong, null, {Reason: problem.Surrogate, Value: "U+DC00"}},
		"a\xff":                      {{Reason: problem.NotString}},
		"\xed\xa0":                   {{Reason: problem.NotString}},
		"\xc0\x80":                   {{Reason: problem.NotString}},
		"\xed\xa0\x80\xff\x00 abcde": {{Reason: problem.NotString}},
	} {
		if got := Text(text, 3); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestTextWithoutLimitIsNeverTooLong(t *testing.T) {
	if got := Text(strings.Repeat("x", 100_000), 0); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestLenCountsCodePoints(t *testing.T) {
	for text, want := range map[string]int{"": 0, "a": 1, "é€😀": 3, "\xed\xa0\x80\xed\xb0\x80": 2, "\xff\xff": 2} {
		if got := Len(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}
