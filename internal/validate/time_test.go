package validate

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/problem"
)

func TestDatetimeReadsTheDocumentedFormats(t *testing.T) {
	for text, want := range map[string]string{
		"2026-01-02":                                      "2026-01-02T00:00:00Z",
		"2026-01-02T03:04":                                "2026-01-02T03:04:00Z",
		"2026-01-02 03:04:05":                             "2026-01-02T03:04:05Z",
		"2026-01-02T03:04:05.5":                           "2026-01-02T03:04:05.500000Z",
		"2026-01-02T03:04:05.000000":                      "2026-01-02T03:04:05Z",
		"2026-01-02T03:04:05.12345678901":                 "2026-01-02T03:04:05.123456Z",
		"2026-01-02T03:04:05.9999999":                     "2026-01-02T03:04:05.999999Z",
		"2026-01-02T03:04Z":                               "2026-01-02T03:04:00Z",
		"2026-01-02T03:04:05+01:30":                       "2026-01-02T01:34:05Z",
		"2026-01-02T03:04:05+0130":                        "2026-01-02T01:34:05Z",
		"2026-01-02T03:04:05-05":                          "2026-01-02T08:04:05Z",
		"2026-01-02T03:04-00:00":                          "2026-01-02T03:04:00Z",
		"2026-01-02T03:04+00:99":                          "2026-01-02T01:25:00Z",
		"2026-01-01T00:00+23:59":                          "2025-12-31T00:01:00Z",
		"2024-02-29":                                      "2024-02-29T00:00:00Z",
		"0001-01-01T00:00-00:01":                          "0001-01-01T00:01:00Z",
		"9999-12-31T23:59:59.999999":                      "9999-12-31T23:59:59.999999Z",
		"2026-01-02T03:04:05." + strings.Repeat("1", 500): "2026-01-02T03:04:05.111111Z",
	} {
		got, problems := Datetime(text)
		if problems != nil || FormatDatetime(got) != want {
			t.Errorf("%.40q: got %s, %v, want %s", text, FormatDatetime(got), problems, want)
		}
	}
}

func TestDatetimeRefuses(t *testing.T) {
	for _, text := range []string{
		"", "now", "2026", "2026-01", "2026-1-02", "20260102", "2026-W01-1", "2026-001", " 2026-01-02", "2026-01-02 ", "2026-01-02\n",
		"2026-13-01", "2026-00-01", "2026-02-29", "2026-01-00", "0000-01-01", "12026-01-01", "-2026-01-01", "٢٠٢٦-٠١-٠٢",
		"2026-01-02T", "2026-01-02T03", "2026-01-02t03:04", "2026-01-02  03:04", "2026-01-02_03:04", "2026-01-02Z", "2026-01-02+01:00",
		"2026-01-02T24:00", "2026-01-02T03:60", "2026-01-02T03:04:60", "2026-01-02T3:04", "2026-01-02T03:04:5", "2026-01-02T03:04:05.",
		"2026-01-02T03:04:05,5", "2026-01-02T03:04.5", "2026-01-02T03:04z", "2026-01-02T03:04 Z", "2026-01-02T03:04+1",
		"2026-01-02T03:04+01:3", "2026-01-02T03:04+01:30:15", "2026-01-02T03:04+24:00", "2026-01-02T03:04+23:60", "2026-01-02T03:04Z+01",
	} {
		if got, problems := Datetime(text); !reflect.DeepEqual(problems, []problem.Problem{{Reason: problem.BadDatetime}}) {
			t.Errorf("%q: got %v, %v", text, got, problems)
		}
	}
}

func TestDatetimeOutsideTheCalendarInUTCIsOutOfRange(t *testing.T) {
	for _, text := range []string{"0001-01-01T00:00+00:01", "9999-12-31T23:59-00:01"} {
		if got, problems := Datetime(text); !reflect.DeepEqual(problems, []problem.Problem{{Reason: problem.DatetimeRange}}) {
			t.Errorf("%q: got %v, %v", text, got, problems)
		}
	}
}

func TestValidYearLooksAtUTC(t *testing.T) {
	ahead := time.FixedZone("", 3600)
	for at, want := range map[time.Time]bool{
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC):          true,
		time.Date(1, 1, 1, 0, 0, 0, 0, ahead):             false,
		time.Date(10000, 1, 1, 0, 30, 0, 0, ahead):        true,
		time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC):      false,
		time.Date(2026, 12, 31, 23, 59, 59, 1e9-1, ahead): true,
	} {
		if got := ValidYear(at); got != want {
			t.Errorf("%v: got %v", at, got)
		}
	}
}

func TestFormatDatetimeSpellsUTC(t *testing.T) {
	at := time.Date(2026, 1, 2, 1, 4, 5, 120_000_999, time.FixedZone("", 7200))
	if got, want := FormatDatetime(at), "2026-01-01T23:04:05.120000Z"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDateSpellsTwoDigits(t *testing.T) {
	for text, want := range map[string]string{"2026-01-02": "2026-01-02", "2026-1-2": "2026-01-02", "0001-01-01": "0001-01-01",
		"9999-12-31": "9999-12-31"} {
		if got, ok := Date(text); !ok || got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestDateRefuses(t *testing.T) {
	for _, text := range []string{"", "x", "2026-02-30", "2026-13-1", "2026-0-1", "0000-01-01", "26-01-01", "20260101", "2026-001-1",
		" 2026-01-01", "2026-01-01T00:00", "2026-01-01\n"} {
		if got, ok := Date(text); ok {
			t.Errorf("%q is accepted as %q", text, got)
		}
	}
}

func TestClockSpellsSeconds(t *testing.T) {
	for text, want := range map[string]string{"10:00": "10:00:00", "23:59:59": "23:59:59", "00:00:01.999999999": "00:00:01"} {
		if got, ok := Clock(text); !ok || got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestClockRefuses(t *testing.T) {
	for _, text := range []string{"", "x", "1:00", "24:00", "10:60", "10:00:60", "10:00:0", "10:00:00.", "10:00.5", "10:00Z", "10:00+01:00",
		" 10:00", "10:00\n", "1000"} {
		if got, ok := Clock(text); ok {
			t.Errorf("%q is accepted as %q", text, got)
		}
	}
}

func FuzzDatetime(f *testing.F) {
	for _, seed := range []string{"2026-01-02", "2026-01-02T03:04:05.123456-05:30", "0001-01-01 00:00+0001", "9999-12-31T23:59:59Z",
		"2024-02-29T23:59+05:99"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, problems := Datetime(text)
		if problems != nil {
			return
		}
		if at.Location() != time.UTC || !ValidYear(at) || at.Nanosecond()%1000 != 0 {
			t.Fatalf("%q: got %v", text, at)
		}
		again, problems := Datetime(FormatDatetime(at))
		if problems != nil || !again.Equal(at) {
			t.Fatalf("%q: %s reads back as %v, %v", text, FormatDatetime(at), again, problems)
		}
	})
}
