package ticket

import (
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/problem"
)

func decimalField(digits, places int64) CustomField {
	return CustomField{Type: Decimal, MaxLength: &digits, DecimalPlaces: &places}
}

func TestDecimalIsQuantized(t *testing.T) {
	expectText(t, decimalField(6, 2), map[string]string{
		"1": "1.00", "12.3": "12.30", "1234.56": "1234.56", "-1.5": "-1.50", "+1": "1.00", ".5": "0.50", "5.": "5.00", "-.5": "-0.50",
		"0": "0.00", "-0": "-0.00", "0e0": "0.00", "0e3": "0.00", "0.0": "0.00", "000001.5": "1.50",
		"1e3": "1000.00", "1E+3": "1000.00", "10e-1": "1.00", "1e-2": "0.01", "100.0": "100.00", "0001e0000000000000000000001": "10.00",
		" 1.5\u00a0": "1.50", "\x1f1": "1.00", strings.Repeat("0", 1000): "0.00",
	})
}

func TestDecimalReportsTheFirstBoundItCrosses(t *testing.T) {
	digits, places, whole := limited(problem.TooManyDigits, 6), limited(problem.TooManyPlaces, 2), limited(problem.TooManyWhole, 4)
	expectProblems(t, decimalField(6, 2), map[string][]problem.Problem{
		"1234567": digits, "12345.67": digits, "0.0001234": digits, "0e10": digits, "0e-10": digits, "1e-400": digits,
		"1e1000000000": digits, "1e999999999999999999": digits, "1e-1999999999999999997": digits,
		"1.234": places, "0.001": places, "1.100": places, "0e-5": places,
		"12345": whole, "1e4": whole, "0e5": whole,
	})
}

func TestDecimalRefuses(t *testing.T) {
	bad := map[string][]problem.Problem{
		strings.Repeat("0", 1001):                  p(problem.NumberTooLong),
		"1" + strings.Repeat("\xed\xa0\x80", 1000): p(problem.NumberTooLong),
	}
	for _, text := range []string{
		"", " ", "x", ".", "e5", "1e", "1e+", "--1", "1,5", "1_0", "1 0", "NaN", "sNaN", "Infinity", "-inf", "0x1", "٣", "True", "1\x00",
		"1e1000000000000000000", "10e999999999999999999", "0e1000000000000000000", "1e99999999999999999999", "1e9223372036854775807",
		"1e-1999999999999999998", "1.0e-1999999999999999997", "1e-99999999999999999999", "1e-9223372036854775808",
	} {
		bad[text] = p(problem.BadNumber)
	}
	expectProblems(t, decimalField(6, 2), bad)
}

func TestDecimalWithoutPlacesKeepsItsOwn(t *testing.T) {
	expectText(t, CustomField{Type: Decimal, MaxLength: new(int64(6))}, map[string]string{
		"1.50": "1.50", "1e3": "1000", "0e5": "0", "-0e3": "-0", "0.001": "0.001", "123456": "123456", "1e-3": "0.001",
	})
}

func TestDecimalWithoutDigitsHasABound(t *testing.T) {
	f := CustomField{Type: Decimal, DecimalPlaces: new(int64(2))}
	big := strings.Repeat("9", 398)
	expectText(t, f, map[string]string{big: big + ".00", "1e397": "1" + strings.Repeat("0", 397) + ".00"})
	expectProblems(t, f, map[string][]problem.Problem{
		"1e400": limited(problem.TooManyDigits, 400), "1e398": limited(problem.TooManyWhole, 398),
		"0.001": limited(problem.TooManyPlaces, 2),
	})
}

func TestDecimalOfHugeDefinitionsHasABound(t *testing.T) {
	f := decimalField(2e9, 1e9)
	expectText(t, f, map[string]string{"0.5": "0.5" + strings.Repeat("0", 399)})
	expectProblems(t, f, map[string][]problem.Problem{
		"1": limited(problem.TooManyWhole, 0), "1e999999999": limited(problem.TooManyDigits, 400),
	})
}

func TestDecimalOfDefinitionsThatAdmitNothingIsRefused(t *testing.T) {
	expectProblems(t, decimalField(2, 2), map[string][]problem.Problem{
		"0": limited(problem.TooManyWhole, 0), "1": limited(problem.TooManyWhole, 0),
	})
	expectProblems(t, decimalField(2, 5), map[string][]problem.Problem{"0.1": limited(problem.TooManyWhole, -3)})
	expectProblems(t, decimalField(-1, 2), map[string][]problem.Problem{"0": limited(problem.TooManyDigits, -1)})
	expectProblems(t, decimalField(6, -2), map[string][]problem.Problem{"100": limited(problem.TooManyPlaces, -2)})
}
