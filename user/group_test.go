package user

import (
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/problem"
)

func TestCheckGroup(t *testing.T) {
	for _, test := range []struct {
		name string
		want []problem.Problem
	}{
		{"Second line 😀", nil},
		{strings.Repeat("é", MaxGroupName), nil},
		{"", []problem.Problem{blank}},
		{" \t\u3000", []problem.Problem{blank}},
		{strings.Repeat(" ", MaxGroupName+1), []problem.Problem{blank}},
		{strings.Repeat("é", MaxGroupName+1), []problem.Problem{tooLong(MaxGroupName)}},
		{"a\x00", []problem.Problem{nullChar}},
	} {
		g := Group{Name: test.name}
		got := g.Check()
		if !reflect.DeepEqual(got["name"], test.want) || (got.Err() == nil) != (test.want == nil) {
			t.Errorf("%.20q: %v, want %v", test.name, got, test.want)
		}
	}
}
