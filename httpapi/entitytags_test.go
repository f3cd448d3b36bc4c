package httpapi

import "testing"

func TestHasTag(t *testing.T) {
	t.Parallel()
	const tag = `"a,b"`
	for _, test := range []struct {
		lines        []string
		strong, weak bool
	}{
		{nil, false, false},
		{[]string{""}, false, false},
		{[]string{"*"}, true, true},
		{[]string{" * "}, true, true},
		{[]string{`"*"`}, false, false},
		{[]string{"*, " + tag}, false, false}, // no list
		{[]string{tag}, true, true},
		{[]string{"W/" + tag}, false, true},
		{[]string{"w/" + tag}, false, false},
		{[]string{`"x", ` + tag}, true, true},
		{[]string{`,, "x" ,` + "\t" + tag + ","}, true, true},
		{[]string{`"x"`, "W/" + tag, tag}, true, true},
		{[]string{`"a`, `b"`}, true, true}, // lines of one header are one list
		{[]string{`"x"` + tag}, false, false},
		{[]string{`"x`}, false, false},
		{[]string{`W/`, tag}, false, false},
		{[]string{`a,b`}, false, false},
		{[]string{`""`}, false, false},
	} {
		if strong, weak := hasTag(test.lines, tag, strongly), hasTag(test.lines, tag, weakly); strong != test.strong || weak != test.weak {
			t.Errorf("%q: strong %v, weak %v", test.lines, strong, weak)
		}
	}
}
