package ticket_test

import (
	"encoding/json"
	"testing"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// TestCanonicalValuesAreJSON checks that a canonical number or boolean is valid JSON, and
// that nothing else is canonical.
func TestCanonicalValuesAreJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind ticket.FieldType
		text string
		want bool
	}{
		{ticket.Integer, "0", true}, {ticket.Integer, "12", true}, {ticket.Integer, "-7", true},
		{ticket.Integer, "123456789012345678901234567890", true},
		{ticket.Integer, "", false}, {ticket.Integer, "-", false}, {ticket.Integer, "01", false}, {ticket.Integer, "1.0", false},
		{ticket.Integer, "abc", false}, {ticket.Integer, "+1", false}, {ticket.Integer, " 1", false}, {ticket.Integer, "1e5", false},
		{ticket.Integer, `1,"is_admin":true`, false}, {ticket.Integer, "١", false}, {ticket.Integer, "--1", false},
		{ticket.Decimal, "12.30", true}, {ticket.Decimal, "-0.5", true}, {ticket.Decimal, "12", true},
		{ticket.Decimal, "", false}, {ticket.Decimal, "12.", false}, {ticket.Decimal, ".5", false}, {ticket.Decimal, "1.2.3", false},
		{ticket.Decimal, "NaN", false}, {ticket.Decimal, "1e5", false}, {ticket.Decimal, "-", false},
		{ticket.Boolean, "true", true}, {ticket.Boolean, "false", true},
		{ticket.Boolean, "", false}, {ticket.Boolean, "True", false}, {ticket.Boolean, "1", false},
		{ticket.Varchar, `"anything"`, true}, {ticket.Date, "", true},
	} {
		got := ticket.Value{Text: c.text}.Canonical(c.kind)
		if got != c.want {
			t.Errorf("%s %q: %v", c.kind, c.text, got)
		}
		copied := c.kind == ticket.Integer || c.kind == ticket.Boolean
		if got && copied && !json.Valid([]byte(c.text)) {
			t.Errorf("%s %q is no JSON", c.kind, c.text)
		}
	}
}

func TestParsedValuesAreCanonical(t *testing.T) {
	t.Parallel()
	for _, kind := range ticket.FieldTypes() {
		f := &ticket.CustomField{Type: kind, MaxLength: new(int64(30)), DecimalPlaces: new(int64(3))}
		for _, text := range []string{"0", "-0", "+5", "007", "1.0", "1.50", "-1.25", "1e2", "true", "on", "F", "12", "-0.0", " 3 "} {
			v, problems := f.Parse(text)
			if len(problems) == 0 && !v.Canonical(kind) {
				t.Errorf("%s %q became %q", kind, text, v.Text)
			}
		}
		if v := f.Empty(); !v.Null && !v.Canonical(kind) {
			t.Errorf("an empty %s is %q", kind, v.Text)
		}
	}
}
