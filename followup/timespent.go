package followup

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-helpdesk/helpdesk/problem"
)

// TimeSpent is the duration of work, in microseconds. It may be negative.
type TimeSpent int64

const (
	second = 1_000_000
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// These are the three formats of Django's parse_duration: [D ][HH:[MM:]]SS[.ffffff], ISO
// 8601 without weeks, months and years, and the intervals of PostgreSQL. Digits may be
// of any script, and the text may end with a line feed.
var (
	plainSpelling = regexp.MustCompile(`^(?:(-?\p{Nd}+) (?:days?, )?)?(-?)` +
		`(?:(?:(\p{Nd}+):)?(\p{Nd}+):)?(\p{Nd}+)(?:[.,](\p{Nd}{1,6})\p{Nd}{0,6})?\n?$`)
	isoSpelling = regexp.MustCompile(`^([-+]?)P(?:` + amount + `D)?` +
		`(?:T(?:` + amount + `H)?(?:` + amount + `M)?(?:` + amount + `S)?)?\n?$`)
	sqlSpelling = regexp.MustCompile(`^(?:(-?\p{Nd}+) days? ?)?` +
		`(?:([-+])?(\p{Nd}+):(\p{Nd}{2}):(\p{Nd}{2})(?:\.(\p{Nd}{1,6}))?)?\n?$`)
)

const amount = `(\p{Nd}+(?:[.,]\p{Nd}+)?)`

// ParseTimeSpent parses a duration. Fractions of a microsecond are rounded as Python's
// timedelta rounds them. The problem is DurationOverflow beyond 999,999,999 days, and
// BadDuration for anything else that is not a duration or does not fit in TimeSpent.
func ParseTimeSpent(text string) (TimeSpent, []problem.Problem) {
	spelled, ok := readSpelling(text)
	if !ok {
		return 0, []problem.Problem{{Reason: problem.BadDuration}}
	}
	total, ok := spelled.total()
	if !ok {
		return 0, []problem.Problem{{Reason: problem.DurationOverflow}}
	}
	if !total.IsInt64() || total.Int64() == math.MinInt64 {
		return 0, []problem.Problem{{Reason: problem.BadDuration}}
	}
	return TimeSpent(total.Int64()), nil
}

// spelling is a parsed duration, before it is added up.
type spelling struct {
	days         float64
	negativeDays bool // whether days are to be negated
	negative     bool // whether the terms are to be negated
	terms        []term
}

// term is a number of units.
type term struct {
	n    float64
	unit int64 // in microseconds
}

func readSpelling(text string) (spelling, bool) {
	if m := plainSpelling.FindStringSubmatch(text); m != nil {
		return clockSpelling(m), true
	}
	if m := isoSpelling.FindStringSubmatch(text); m != nil {
		negative := m[1] == "-"
		terms := []term{{float(m[5]), second}, {float(m[4]), minute}, {float(m[3]), hour}}
		return spelling{days: float(m[2]), negativeDays: negative, negative: negative, terms: terms}, true
	}
	if m := sqlSpelling.FindStringSubmatch(text); m != nil {
		return clockSpelling(m), true
	}
	return spelling{}, false
}

// clockSpelling returns the duration with the days, sign, hours, minutes, seconds and
// microseconds that a pattern found. The sign does not apply to the days.
func clockSpelling(m []string) spelling {
	var micros float64
	if m[6] != "" {
		micros = float((ascii(m[6]) + "00000")[:6])
	}
	terms := []term{{micros, 1}, {float(m[5]), second}, {float(m[4]), minute}, {float(m[3]), hour}}
	return spelling{days: float(m[1]), negative: m[2] == "-", terms: terms}
}

// total returns the duration in microseconds. It returns false if the duration, or a
// step of the calculation, exceeds 999,999,999 days.
func (s spelling) total() (*big.Int, bool) {
	days, ok := timedelta(term{s.days, day})
	if !ok {
		return nil, false
	}
	rest, ok := timedelta(s.terms...)
	if !ok {
		return nil, false
	}
	if s.negativeDays {
		days.Neg(days)
	}
	if s.negative {
		rest.Neg(rest)
	}
	total := new(big.Int).Add(days, rest)
	return total, inRange(days) && inRange(rest) && inRange(total)
}

// timedelta adds up terms as Python's timedelta does: whole numbers exactly, fractions
// in floating point, and the rest of a microsecond rounded half to even.
func timedelta(terms ...term) (*big.Int, bool) {
	sum, left := new(big.Int), 0.0
	for _, t := range terms {
		if math.IsInf(t.n, 0) {
			return nil, false
		}
		whole, fraction := math.Modf(t.n)
		n, _ := big.NewFloat(whole).Int(nil)
		sum.Add(sum, n.Mul(n, big.NewInt(t.unit)))
		whole, fraction = math.Modf(fraction * float64(t.unit))
		sum.Add(sum, big.NewInt(int64(whole)))
		left += fraction
	}
	rounded := math.Round(left)
	if math.Abs(rounded-left) == 0.5 {
		odd := float64(sum.Bit(0))
		rounded = 2*math.Round((left+odd)*0.5) - odd
	}
	sum.Add(sum, big.NewInt(int64(rounded)))
	return sum, inRange(sum)
}

// inRange reports whether n, rounded down to days, has at most nine digits.
func inRange(n *big.Int) bool {
	days := new(big.Int).Div(n, big.NewInt(day))
	return days.CmpAbs(big.NewInt(999_999_999)) <= 0
}

// float returns the value of a decimal number in digits of any script: 0 without
// digits, and infinity if the number does not fit in a float64.
func float(digits string) float64 {
	n, _ := strconv.ParseFloat(strings.Replace(ascii(digits), ",", ".", 1), 64)
	return n
}

// ascii replaces the digits of any script in s by ASCII digits.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		for _, digits := range unicode.Nd.R16 {
			if rune(digits.Lo) <= r && r <= rune(digits.Hi) {
				return '0' + (r-rune(digits.Lo))%10
			}
		}
		for _, digits := range unicode.Nd.R32 {
			if rune(digits.Lo) <= r && r <= rune(digits.Hi) {
				return '0' + (r-rune(digits.Lo))%10
			}
		}
		return r
	}, s)
}

// String formats t as [D ]HH:MM:SS[.ffffff]. Only the days can be negative: minus one
// hour is "-1 23:00:00". ParseTimeSpent parses the result to t.
func (t TimeSpent) String() string {
	days, rest := t/day, t%day
	if rest < 0 {
		days, rest = days-1, rest+day
	}
	b := make([]byte, 0, 32)
	if days != 0 {
		b = append(strconv.AppendInt(b, int64(days), 10), ' ')
	}
	b = appendDigits(b, rest/hour, 2)
	b = appendDigits(append(b, ':'), rest%hour/minute, 2)
	b = appendDigits(append(b, ':'), rest%minute/second, 2)
	if micros := rest % second; micros != 0 {
		b = appendDigits(append(b, '.'), micros, 6)
	}
	return string(b)
}

// appendDigits appends n with leading zeros. It avoids the allocations of fmt, because
// a list has many durations.
func appendDigits(b []byte, n TimeSpent, width int) []byte {
	start := len(b)
	b = append(b, "000000"[:width]...)
	for i := start + width - 1; i >= start; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}
