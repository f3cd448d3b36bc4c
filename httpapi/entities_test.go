package httpapi

import (
	"strings"
	"testing"
)

func TestUnescapeHTML(t *testing.T) {
	for name, want := range map[string]string{
		"a&amp;b.txt":                 "a&b.txt",
		"&#233;&#xe9;&eacute;&eacute": "éééé",
		"&notit;":                     "¬it;",
		"&nothing":                    "¬hing",
		"&unknown; &":                 "&unknown; &",
		"a&#47;b.txt":                 "a/b.txt",
		"&sol;x&bsol;y.txt":           `/x\y.txt`,
		"&#38;amp;":                   "&amp;",
		"&#128;&#x80":                 "€€",
		"a&#9;&#5b&#13;":              "a\t\x05b\r",
		"&#0;&#xD800;&#1114112;&#4294967337;&#99999999999999999999;&#xFFFFFFFFF": strings.Repeat("\uFFFD", 6),
	} {
		if got := unescapeHTML(name); got != want {
			t.Errorf("%.60q: got %.60q, want %.60q", name, got, want)
		}
	}
}
