package ticket

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/problem"
)

func p(reasons ...problem.Reason) []problem.Problem {
	var problems []problem.Problem
	for _, r := range reasons {
		problems = append(problems, problem.Problem{Reason: r})
	}
	return problems
}

func limited(r problem.Reason, limit int64) []problem.Problem {
	return []problem.Problem{{Reason: r, Limit: limit}}
}

func expectText(t *testing.T, f CustomField, texts map[string]string) {
	t.Helper()
	f.ID = 7
	for text, want := range texts {
		got, problems := f.Parse(text)
		if problems != nil || got != (Value{Field: 7, Text: want}) {
			t.Errorf("%s %.40q: got %.40q, %v, want %.40q", f.Type, text, got.Text, problems, want)
		}
		if again, problems := f.Parse(got.Text); problems != nil || again != got {
			t.Errorf("%s %.40q: canonical %.40q reads back as %.40q, %v", f.Type, text, got.Text, again.Text, problems)
		}
	}
}

func expectProblems(t *testing.T, f CustomField, texts map[string][]problem.Problem) {
	t.Helper()
	f.ID, f.Required = 7, true // so that no text clears it
	for text, want := range texts {
		got, problems := f.Parse(text)
		if !reflect.DeepEqual(problems, want) {
			t.Errorf("%s %.40q: got %.40q, %v, want %v", f.Type, text, got.Text, problems, want)
		}
		if got != (Value{Field: 7, Null: true}) {
			t.Errorf("%s %.40q: refused, but the value is %+v", f.Type, text, got)
		}
	}
}

func TestTextFieldsKeepTrimmedText(t *testing.T) {
	for _, kind := range []FieldType{Varchar, Text} {
		expectText(t, CustomField{Type: kind, MaxLength: new(int64(3))}, map[string]string{
			"abc": "abc", " a\n": "a", "😀é€": "😀é€", "\u200b": "\u200b", "a b": "a b",
		})
	}
}

func TestTextFieldsReportEverythingInOrder(t *testing.T) {
	tooLong := problem.Problem{Reason: problem.TooLong, Limit: 3}
	null := problem.Problem{Reason: problem.NullChar}
	expectProblems(t, CustomField{Type: Varchar, MaxLength: new(int64(3))}, map[string][]problem.Problem{
		"": p(problem.Blank), " \u3000\x1f": p(problem.Blank),
		"abcd":                 {tooLong},
		"\x00":                 {null},
		"a\xff":                p(problem.NotString),
		"abcd\x00\xed\xa0\x80": {tooLong, null, {Reason: problem.Surrogate, Value: "U+D800"}},
	})
}

func TestTextFieldsWithoutLengthTakeAnyLength(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	expectText(t, CustomField{Type: Text}, map[string]string{long: long})
}

func TestALengthOfZeroAdmitsNoText(t *testing.T) {
	expectProblems(t, CustomField{Type: Varchar, MaxLength: new(int64(0))}, map[string][]problem.Problem{"a": limited(problem.TooLong, 0)})
}

func TestIntegerIsSpelledInDigits(t *testing.T) {
	digits := strings.Repeat("9", 999)
	expectText(t, CustomField{Type: Integer}, map[string]string{
		"5": "5", "-12": "-12", "+5": "5", "007": "7", "0": "0", "-0": "0", "000": "0", "-000.0": "0",
		"1.0": "1", "1.": "1", "10": "10", "100": "100", "-0100.000": "-100", " 8 ": "8", "\u00a01\n": "1",
		"999999999999999999999999999999": "999999999999999999999999999999", "-" + digits: "-" + digits,
	})
}

func TestIntegerRefuses(t *testing.T) {
	bad := map[string][]problem.Problem{
		strings.Repeat("9", 1001):       p(problem.NumberTooLong),
		strings.Repeat(" ", 1000) + "1": p(problem.NumberTooLong),
	}
	for _, text := range []string{"", " ", "x", "1.5", "1.50", "1e2", ".0", ".", "1_0", "- 1", "1 .0", "--1", "+", "٣", "１", "0x1", "inf",
		"True", "\x1f8", "1\x00", "1\xff"} {
		bad[text] = p(problem.BadInteger)
	}
	expectProblems(t, CustomField{Type: Integer}, bad)
}

func TestIntegerAsANumberMayHaveAnyLength(t *testing.T) {
	f := CustomField{Type: Integer}
	digits := strings.Repeat("9", 5000)
	if got, problems := f.ParseNumber(digits); problems != nil || got.Text != digits {
		t.Errorf("got %.40q, %v", got.Text, problems)
	}
}

func TestIntegerAsAFractionIsRefused(t *testing.T) {
	f := CustomField{ID: 7, Type: Integer}
	if got, problems := f.ParseNumber("1e+16"); !reflect.DeepEqual(problems, p(problem.BadInteger)) ||
		got != (Value{Field: 7, Null: true}) {
		t.Errorf("got %+v, %v", got, problems)
	}
}

func TestBooleanReadsItsSpellings(t *testing.T) {
	expectText(t, CustomField{Type: Boolean}, map[string]string{
		"t": "true", "true": "true", "tRuE": "true", "True": "true", "y": "true", "YES": "true", "on": "true", "1": "true",
		"f": "false", "False": "false", "n": "false", "no": "false", "OFF": "false", "0": "false",
	})
}

func TestBooleanRefuses(t *testing.T) {
	bad := map[string][]problem.Problem{}
	for _, text := range []string{"", " true", "1.0", "2", "null", "None", "ja", "o\u017f"} {
		bad[text] = p(problem.NotBoolean)
	}
	expectProblems(t, CustomField{Type: Boolean}, bad)
}

func TestBooleanAsANumberIsReadByValue(t *testing.T) {
	f := CustomField{Type: Boolean}
	for number, want := range map[string]string{"1": "true", "1.0": "true", "0": "false", "-0.0": "false"} {
		if got, problems := f.ParseNumber(number); problems != nil || got.Text != want {
			t.Errorf("%s: got %q, %v", number, got.Text, problems)
		}
	}
	for _, number := range []string{"2", "0.5", "1e+16", "inf"} {
		if got, problems := f.ParseNumber(number); !reflect.DeepEqual(problems, p(problem.NotBoolean)) {
			t.Errorf("%s: got %q, %v", number, got.Text, problems)
		}
	}
}

func TestListTakesItsChoicesOnly(t *testing.T) {
	f := CustomField{Type: List, ListValues: new("gold\r\n silver \n\x1cbronze")}
	expectText(t, f, map[string]string{"gold": "gold", "silver": "silver", "bronze": "bronze"})
	bad := map[string][]problem.Problem{}
	for _, text := range []string{"", "Gold", "gold ", "tin", "gold\nsilver", "\x00", "\xed\xa0\x80"} {
		bad[text] = []problem.Problem{{Reason: problem.NotChoice, Value: text}}
	}
	expectProblems(t, f, bad)
}

func TestBlankTextClearsAnOptionalField(t *testing.T) {
	for _, kind := range FieldTypes() {
		for _, text := range []string{"", " ", "\t\n", "\u00a0", "\x1f"} {
			optional, required := CustomField{ID: 7, Type: kind}, CustomField{ID: 7, Type: kind, Required: true}
			if got, problems := optional.Parse(text); problems != nil || got != (Value{Field: 7, Null: true}) {
				t.Errorf("%s %q: got %+v, %v", kind, text, got, problems)
			}
			if got, problems := required.Parse(text); problems == nil {
				t.Errorf("required %s %q: got %+v", kind, text, got)
			}
		}
	}
	if (&CustomField{Type: Varchar}).Clears("\u200b") {
		t.Error("U+200B is no white space")
	}
}

func TestListTakesTheEmptyChoiceWhereItIsOne(t *testing.T) {
	for _, f := range []CustomField{
		{Type: List, EmptySelectionList: true},
		{Type: List, EmptySelectionList: true, ListValues: new("a")},
		{Type: List, ListValues: new("a\n\nb")},
	} {
		expectText(t, f, map[string]string{"": ""})
	}
}

func TestChoicesAreInOrder(t *testing.T) {
	f := CustomField{EmptySelectionList: true, ListValues: new("b\n a\nc\n")}
	if got, want := f.Choices(), []string{"", "b", "a", "c"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDatesAndTimesAreKeptInOneSpelling(t *testing.T) {
	expectText(t, CustomField{Type: Date}, map[string]string{"2026-1-2": "2026-01-02", "0001-01-01": "0001-01-01"})
	expectText(t, CustomField{Type: Time}, map[string]string{"10:00": "10:00:00", "10:00:01.5": "10:00:01"})
	expectText(t, CustomField{Type: Datetime}, map[string]string{
		"2026-01-01": "2026-01-01T00:00", "2026-01-01T10:30:59.9+02:00": "2026-01-01T08:30", "0001-01-01T00:00": "0001-01-01T00:00",
	})
}

func TestDatesAndTimesAreNotTrimmed(t *testing.T) {
	expectProblems(t, CustomField{Type: Date}, map[string][]problem.Problem{"": p(problem.BadDate), " 2026-01-01": p(problem.BadDate),
		"2026-02-30": p(problem.BadDate)})
	expectProblems(t, CustomField{Type: Time}, map[string][]problem.Problem{"": p(problem.BadTime), "10:00 ": p(problem.BadTime),
		"25:00": p(problem.BadTime)})
	expectProblems(t, CustomField{Type: Datetime}, map[string][]problem.Problem{
		"": p(problem.BadDatetime), "2026-01-01 ": p(problem.BadDatetime), "0001-01-01T00:00+01": p(problem.DatetimeRange),
	})
}

func TestAddressesAreKeptAsSpelled(t *testing.T) {
	expectText(t, CustomField{Type: Email}, map[string]string{" A@B.co ": "A@B.co"})
	expectText(t, CustomField{Type: URL}, map[string]string{" HTTP://A.co/x ": "HTTP://A.co/x"})
	expectText(t, CustomField{Type: Slug}, map[string]string{" a-B ": "a-B"})
	expectText(t, CustomField{Type: IPAddress}, map[string]string{" 1.2.3.4 ": "1.2.3.4", "2001:DB8::1": "2001:db8::1",
		"::ffff:1.2.3.4": "1.2.3.4"})
}

func TestAddressesReportTheTextBeforeTheForm(t *testing.T) {
	surrogate := problem.Problem{Reason: problem.Surrogate, Value: "U+D800"}
	expectProblems(t, CustomField{Type: Email}, map[string][]problem.Problem{
		" ": p(problem.Blank), "x": p(problem.BadEmail), "\x00": p(problem.NullChar, problem.BadEmail), "a@\xed\xa0\x80.co": {surrogate},
	})
	expectProblems(t, CustomField{Type: URL}, map[string][]problem.Problem{
		"": p(problem.Blank), "x.co": p(problem.BadURL), "http://a.co/\x00": p(problem.NullChar), "http://a.co/\xed\xa0\x80": {surrogate},
	})
	expectProblems(t, CustomField{Type: Slug}, map[string][]problem.Problem{
		"": p(problem.Blank), "a b": p(problem.BadSlug), "\x00": p(problem.NullChar, problem.BadSlug),
	})
	expectProblems(t, CustomField{Type: IPAddress}, map[string][]problem.Problem{
		"": p(problem.Blank), "x": p(problem.BadIP), " ::1": p(problem.BadIP), "1\x00": p(problem.NullChar, problem.BadIP),
		":\x00": p(problem.BadIP),
	})
}

func TestInvalidNamesWhatTheTypeWants(t *testing.T) {
	for kind, want := range map[FieldType]problem.Problem{
		Varchar: {Reason: problem.NotString}, Text: {Reason: problem.NotString},
		Integer: {Reason: problem.BadInteger}, Decimal: {Reason: problem.BadNumber}, Boolean: {Reason: problem.NotBoolean},
		List: {Reason: problem.NotChoice, Value: "[1]"}, Date: {Reason: problem.BadDate}, Time: {Reason: problem.BadTime},
		Datetime: {Reason: problem.BadDatetime}, Email: {Reason: problem.BadEmail}, URL: {Reason: problem.BadURL},
		Slug: {Reason: problem.BadSlug}, IPAddress: {Reason: problem.BadIP},
	} {
		f := CustomField{Type: kind}
		if got := f.Invalid("[1]"); got != want {
			t.Errorf("%s: got %v, want %v", kind, got, want)
		}
	}
}

func TestEmptyIsWhatTheTypeCallsNothing(t *testing.T) {
	for _, kind := range FieldTypes() {
		want := Value{Field: 7}
		switch kind {
		case Boolean:
			want.Text = "false"
		case Integer, Decimal, Date, Time, Datetime:
			want.Null = true
		}
		f := CustomField{ID: 7, Type: kind}
		if got := f.Empty(); got != want {
			t.Errorf("%s: got %+v, want %+v", kind, got, want)
		}
	}
}

func TestKeyHasThePrefix(t *testing.T) {
	if got := (&CustomField{Name: "cost"}).Key(); got != "custom_cost" {
		t.Errorf("got %q", got)
	}
}

func FuzzCustomValue(f *testing.F) {
	for _, seed := range []string{"12.30", "-1e-2", "1e999999999", "gold", "2026-01-01T10:00+01:00", "a@b.co", "http://a.co",
		"::ffff:1.2.3.4", "\xed\xa0\x80\x00", " "} {
		for kind := range FieldTypes() {
			f.Add(kind, seed, int64(6), int64(2))
		}
	}
	f.Fuzz(func(t *testing.T, kind int, text string, length, places int64) {
		types := FieldTypes()
		field := CustomField{ID: 7, Type: types[uint(kind)%uint(len(types))], ListValues: new("gold\n\nsilver")}
		if length > -10 {
			field.MaxLength = &length
		}
		if places > -10 {
			field.DecimalPlaces = &places
		}
		for _, parse := range []func(string) (Value, []problem.Problem){field.Parse, field.ParseNumber} {
			value, problems := parse(text)
			if problems != nil {
				if value != (Value{Field: 7, Null: true}) {
					t.Fatalf("%s %q: refused as %v, but the value is %+v", field.Type, text, problems, value)
				}
				continue
			}
			if len(value.Text) > 1000+len(text) {
				t.Fatalf("%s %q grows to %d bytes", field.Type, text, len(value.Text))
			}
			if again, problems := parse(value.Text); problems != nil || again != value {
				t.Fatalf("%s %q: canonical %q reads back as %q, %v", field.Type, text, value.Text, again.Text, problems)
			}
		}
	})
}
