package ticket

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

const (
	// maxDigits bounds all digits and the decimal places of a decimal, whatever its
	// definition says, so that a large exponent cannot fill the memory.
	maxDigits = 400

	// The bounds of exponents in Python's module decimal.
	maxExponent = 999_999_999_999_999_999
	minExponent = -1_999_999_999_999_999_997
)

var decimalNumber = regexp.MustCompile(`^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$`)

// decimal is the number digits × 10^exponent.
type decimal struct {
	negative bool
	digits   string // without leading zeros, "0" for zero
	exponent int64
}

// readDecimal parses a number with or without an exponent, and formats it with the
// decimal places of the definition.
func (f *CustomField) readDecimal(text string) (string, []problem.Problem) {
	text = validate.TrimSpace(text)
	if validate.Len(text) > maxNumber {
		return "", oneProblem(problem.NumberTooLong)
	}
	d, ok := parseDecimal(text)
	if !ok {
		return "", oneProblem(problem.BadNumber)
	}
	if wrong := f.validatePrecision(d); wrong != nil {
		return "", []problem.Problem{*wrong}
	}
	if f.DecimalPlaces != nil {
		d = d.quantize(min(*f.DecimalPlaces, maxDigits))
	}
	return d.String(), nil
}

func parseDecimal(text string) (decimal, bool) {
	m := decimalNumber.FindStringSubmatch(text)
	if m == nil || m[2]+m[3] == "" {
		return decimal{}, false
	}
	d := decimal{negative: m[1] == "-", digits: strings.TrimLeft(m[2]+m[3], "0")}
	if d.digits == "" {
		d.digits = "0"
	}
	if m[4] != "" {
		exponent, err := strconv.ParseInt(m[4], 10, 64)
		if err != nil || exponent < 2*minExponent || exponent > 2*maxExponent {
			return decimal{}, false
		}
		d.exponent = exponent
	}
	d.exponent -= int64(len(m[3]))
	return d, d.exponent >= minExponent && d.exponent+int64(len(d.digits))-1 <= maxExponent
}

// validatePrecision returns the first bound that the number exceeds: all digits,
// decimal places, digits before the point. It returns nil if it exceeds none.
func (f *CustomField) validatePrecision(d decimal) *problem.Problem {
	total := int64(len(d.digits)) + max(d.exponent, 0)
	places := max(-d.exponent, 0)
	whole := max(total-places, 0)
	total = max(total, places)

	limit := int64(maxDigits)
	if f.MaxLength != nil {
		limit = min(limit, *f.MaxLength)
	}
	if total > limit {
		return &problem.Problem{Reason: problem.TooManyDigits, Limit: limit}
	}
	if f.DecimalPlaces == nil {
		return nil
	}
	if places > *f.DecimalPlaces {
		return &problem.Problem{Reason: problem.TooManyPlaces, Limit: *f.DecimalPlaces}
	}
	if whole > limit-min(*f.DecimalPlaces, maxDigits) {
		return &problem.Problem{Reason: problem.TooManyWhole, Limit: limit - min(*f.DecimalPlaces, maxDigits)}
	}
	return nil
}

// quantize returns d with so many decimal places, which must not be fewer than it has.
func (d decimal) quantize(places int64) decimal {
	if d.digits != "0" {
		d.digits += strings.Repeat("0", int(d.exponent+places))
	}
	d.exponent = -places
	return d
}

// String formats d without an exponent.
func (d decimal) String() string {
	s := d.digits
	switch {
	case d.exponent < 0:
		places := int(-d.exponent)
		s = strings.Repeat("0", max(0, places+1-len(s))) + s
		s = s[:len(s)-places] + "." + s[len(s)-places:]
	case d.digits != "0":
		s += strings.Repeat("0", int(d.exponent))
	}
	if d.negative {
		return "-" + s
	}
	return s
}
