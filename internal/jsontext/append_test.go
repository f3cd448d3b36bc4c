package jsontext_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-helpdesk/helpdesk/internal/jsontext"
)

func TestStringEscapesWhatItMustAndNothingElse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       `""`,
		"plain":                  `"plain"`,
		`a"b\c`:                  `"a\"b\\c"`,
		"\n\r\t":                 `"\n\r\t"`,
		"\x00\x01\b\f\x1f":       `"\u0000\u0001\u0008\u000c\u001f"`,
		"\x7f/<>&'":              "\"\x7f/<>&'\"",
		"é文😀":                    `"é文😀"`,
		"\u2028\u2029":           `"\u2028\u2029"`,
		"\u2027\u202a\ufffd":     "\"\u2027\u202a\ufffd\"",
		"\xff":                   `"\ufffd"`,
		"a\xc3":                  `"a\ufffd"`,
		"\xed\xa0\x80":           `"\ufffd\ufffd\ufffd"`,
		"\xc0\xaf\xf8":           `"\ufffd\ufffd\ufffd"`,
		"a\xffb\nc\"":            `"a\ufffdb\nc\""`,
		strings.Repeat("\n", 3):  `"\n\n\n"`,
		"\U0010ffff\ufeff\u0085": "\"\U0010ffff\ufeff\u0085\"",
	} {
		if got := string(jsontext.String(nil, text)); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// TestStringRoundTrips checks every code point and every pair of bytes.
func TestStringRoundTrips(t *testing.T) {
	t.Parallel()
	roundTrip := func(text string) {
		t.Helper()
		got := jsontext.String(nil, text)
		var back string
		if err := json.Unmarshal(got, &back); err != nil || !utf8.Valid(got) {
			t.Fatalf("%q is written as %q: %v", text, got, err)
		}
		if want := string([]rune(text)); back != want {
			t.Fatalf("%q comes back as %q", want, back)
		}
	}
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if utf8.ValidRune(r) {
			roundTrip("a" + string(r) + "b")
		}
	}
	for i := range 1 << 16 {
		roundTrip(string([]byte{byte(i >> 8), byte(i)}))
	}
}

func TestValuesAreAppended(t *testing.T) {
	t.Parallel()
	start := []byte("x")
	for want, got := range map[string][]byte{
		`x"a"`:                           jsontext.String(start, "a"),
		`x"b"`:                           jsontext.NullString(start, new("b")),
		`xnull`:                          jsontext.NullString(start, nil),
		`x-9223372036854775808`:          jsontext.NullInt(start, new(int64(math.MinInt64))),
		`x0`:                             jsontext.NullInt(start, new(int64(0))),
		`x"2026-12-01T10:00:00Z"`:        jsontext.Time(start, time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC)),
		`x"2026-12-01T10:00:00.000001Z"`: jsontext.NullTime(start, new(time.Date(2026, 12, 1, 10, 0, 0, 1000, time.UTC))),
	} {
		if string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := string(jsontext.NullInt(start, nil)) + string(jsontext.NullTime(start, nil)); got != "xnullxnull" {
		t.Errorf("got %s", got)
	}
}

func TestTimesAreUTCAndToTheMicrosecond(t *testing.T) {
	t.Parallel()
	east := time.FixedZone("", 5400)
	for want, when := range map[string]time.Time{
		`"2026-12-01T10:00:00Z"`:        time.Date(2026, 12, 1, 11, 30, 0, 0, east),
		`"2026-12-01T10:00:00.500000Z"`: time.Date(2026, 12, 1, 10, 0, 0, 5e8, time.UTC),
		`"2026-12-01T10:00:00.000001Z"`: time.Date(2026, 12, 1, 10, 0, 0, 1999, time.UTC),
		`"2026-12-01T10:00:01Z"`:        time.Date(2026, 12, 1, 10, 0, 1, 999, time.UTC),
		`"0001-01-01T00:00:00Z"`:        {},
		`"9999-12-31T23:59:59.999999Z"`: time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
	} {
		if got := string(jsontext.Time(nil, when)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestStringsAllocateNothing checks that appending to a buffer with enough room does not
// allocate.
func TestStringsAllocateNothing(t *testing.T) {
	room := make([]byte, 0, 100)
	if n := testing.AllocsPerRun(100, func() { jsontext.String(room, "a\n\"é\xff\u2028") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzString(f *testing.F) {
	for _, seed := range []string{"", "a", "\x00\"\\\u2028\xff\xed\xa0\x80😀"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := jsontext.String(nil, text)
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != string([]rune(text)) {
			t.Errorf("%q is written as %s and comes back as %q: %v", text, got, back, err)
		}
	})
}
