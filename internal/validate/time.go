package validate

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/problem"
)

var (
	datetime = regexp.MustCompile(`^(\d{4})-(\d\d)-(\d\d)` +
		`(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)?)?$`)
	date  = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	clock = regexp.MustCompile(`^(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?$`)
)

// Datetime parses a date, optionally followed by T or one space and a time with optional
// seconds and fraction, optionally followed by Z or an offset. A time without an offset
// is UTC. The result is in UTC, truncated to microseconds. The problem is BadDatetime, or
// DatetimeRange if the year in UTC is not within 1 to 9999.
func Datetime(s string) (time.Time, []problem.Problem) {
	m := datetime.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, []problem.Problem{{Reason: problem.BadDatetime}}
	}
	day, ok := midnight(number(m[1]), number(m[2]), number(m[3]))
	hour, minute, second := number(m[4]), number(m[5]), number(m[6])
	offset := time.Duration(number(m[9]))*time.Hour + time.Duration(number(m[10]))*time.Minute
	if !ok || !validClock(hour, minute, second) || offset >= 24*time.Hour {
		return time.Time{}, []problem.Problem{{Reason: problem.BadDatetime}}
	}
	if m[8] == "-" {
		offset = -offset
	}
	micros := number((m[7] + "000000")[:6])
	t := day.Add(time.Duration(hour*3600+minute*60+second)*time.Second + time.Duration(micros)*time.Microsecond - offset)
	if !ValidYear(t) {
		return time.Time{}, []problem.Problem{{Reason: problem.DatetimeRange}}
	}
	return t, nil
}

// ValidYear reports whether the year of t in UTC is within 1 to 9999.
func ValidYear(t time.Time) bool {
	year := t.UTC().Year()
	return 1 <= year && year <= 9999
}

// FormatDatetime formats t as the API does: in UTC, with six fractional digits unless
// they are all zero. Datetime parses the result.
func FormatDatetime(t time.Time) string {
	t = t.UTC()
	if t.Nanosecond() < 1000 {
		return t.Format("2006-01-02T15:04:05Z")
	}
	return t.Format("2006-01-02T15:04:05.000000Z")
}

// Date parses YYYY-MM-DD, also with one digit for month or day, and returns it with two.
func Date(s string) (string, bool) {
	m := date.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	day, ok := midnight(number(m[1]), number(m[2]), number(m[3]))
	return day.Format(time.DateOnly), ok
}

// Clock parses hh:mm[:ss[.uuuuuu]] and returns hh:mm:ss, without the fraction.
func Clock(s string) (string, bool) {
	m := clock.FindStringSubmatch(s)
	if m == nil || !validClock(number(m[1]), number(m[2]), number(m[3])) {
		return "", false
	}
	if m[3] == "" {
		return s + ":00", true
	}
	s, _, _ = strings.Cut(s, ".")
	return s, true
}

// number returns the value of a few digits, or 0 for "".
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// midnight returns the beginning of a day. It returns false if there is no such day.
func midnight(year, month, day int) (time.Time, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, year >= 1 && month >= 1 && int(t.Month()) == month && t.Day() == day
}

func validClock(hour, minute, second int) bool { return hour < 24 && minute < 60 && second < 60 }
