package user

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/internal/validate"
)

func TestCheckGroup(t *testing.T) {
	for _, test := range []struct {
		name string
		want []validate.Problem
	}{
		{"Second line 😀", nil},
		{strings.Repeat("é", MaxGroupName), nil},
		{"", []validate.Problem{blank}},
		{" \t\u3000", []validate.Problem{blank}},
		{strings.Repeat(" ", MaxGroupName+1), []validate.Problem{blank}},
		{strings.Repeat("é", MaxGroupName+1), []validate.Problem{tooLong(MaxGroupName)}},
		{"a\x00", []validate.Problem{nullChar}},
	} {
		g := Group{Name: test.name}
		got := g.Check()
		if !reflect.DeepEqual(got["name"], test.want) || (got.Err() == nil) != (test.want == nil) {
			t.Errorf("%.20q: %v, want %v", test.name, got, test.want)
		}
	}
}
