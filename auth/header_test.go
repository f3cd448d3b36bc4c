package auth

import (
	"encoding/base64"
	"errors"
	"net/http"
	"testing"
)

func encode(credentials string) string { return base64.StdEncoding.EncodeToString([]byte(credentials)) }

// The test has Authorization headers with the answers of django-helpdesk.
func TestBasicCredentials(t *testing.T) {
	t.Parallel()
	const nothing, spaces, bad = "Invalid basic header. No credentials provided.",
		"Invalid basic header. Credentials string should not contain spaces.",
		"Invalid basic header. Credentials not correctly base64 encoded."
	good := encode("ada:secret")

	for _, test := range []struct {
		headers []string
		detail  string // of a Rejected, "-" for ErrNoCredentials
		user    string
		pass    string
	}{
		{nil, "-", "", ""},
		{[]string{""}, "-", "", ""},
		{[]string{"Bearer x"}, "-", "", ""},
		{[]string{"Basicx " + good}, "-", "", ""},
		{[]string{"Basic,x"}, "-", "", ""},
		{[]string{"Basic: " + good}, "-", "", ""},
		{[]string{"ba\u017fic " + good}, "-", "", ""}, // folds to an s, but is no ASCII
		{[]string{"Basic\u00a0" + good}, "-", "", ""},
		{[]string{"Basic\x85" + good}, "-", "", ""},

		{[]string{"Basic"}, nothing, "", ""},
		{[]string{"basic \t "}, nothing, "", ""},
		{[]string{"Basic a b"}, spaces, "", ""},
		{[]string{"Basic " + good + " x"}, spaces, "", ""},
		{[]string{"Basic !!!"}, bad, "", ""}, // empty, thus without a colon
		{[]string{"Basic ="}, bad, "", ""},
		{[]string{"Basic a"}, bad, "", ""},
		{[]string{"Basic " + encode("ada")}, bad, "", ""},
		{[]string{"Basic YWRhOng"}, bad, "", ""}, // padding is missing
		{[]string{"Basic " + encode("ada:secre") + "abc"}, bad, "", ""},
		{[]string{"Basic " + encode("ada:xx") + ",x"}, bad, "", ""},

		{[]string{"Basic " + good}, "", "ada", "secret"},
		{[]string{"bAsIc\t" + good}, "", "ada", "secret"},
		{[]string{"\v Basic \f  " + good + "\n"}, "", "ada", "secret"},
		{[]string{"Basic YWRhOng="}, "", "ada", "x"},
		{[]string{"Basic YWRhOng======"}, "", "ada", "x"},
		{[]string{"Basic YWRhOnh4eA=="}, "", "ada", "xxx"},
		{[]string{"Basic YWRhOnh4eA==ignored"}, "", "ada", "xxx"},
		{[]string{"Basic ==YWRhOnh4"}, "", "ada", "xx"},
		{[]string{"Basic YW=RhOnh4"}, "", "ada", "xx"},
		{[]string{`Basic "YWR-hO_nh4"`}, "", "ada", "xx"}, // not of the alphabet
		{[]string{"Basic " + encode(":")}, "", "", ""},
		{[]string{"Basic " + encode("ada:a:b")}, "", "ada", "a:b"},
		{[]string{"Basic " + encode(" ada : x ")}, "", " ada ", " x "},
		{[]string{"Basic " + encode("jös\u00e9:パス")}, "", "jösé", "パス"},
		{[]string{"Basic " + encode("j\xf6s\xe9:p\xff")}, "", "jösé", "pÿ"}, // Latin-1
		{[]string{"Basic " + encode("a\x00:\x00")}, "", "a\x00", "\x00"},

		// Repeated headers are one header with commas.
		{[]string{"Basic " + good, "Basic " + good}, spaces, "", ""},
		{[]string{"Bearer x", "Basic " + good}, "-", "", ""},
		{[]string{"Basic", "Basic " + good}, "-", "", ""},
		{[]string{"Basic " + good, ""}, "", "ada", "secret"},
	} {
		h := http.Header{"Authorization": test.headers}
		user, pass, err := basicCredentials(h)
		detail := ""
		var rejected *Rejected
		if errors.Is(err, ErrNoCredentials) {
			detail = "-"
		} else if errors.As(err, &rejected) {
			detail = rejected.Detail
		}
		if user != test.user || pass != test.pass || detail != test.detail {
			t.Errorf("%q: %q, %q, %v; want %q, %q, %q", test.headers, user, pass, err, test.user, test.pass, test.detail)
		}
	}
}

func FuzzBasicCredentials(f *testing.F) {
	f.Add("Basic YWRhOnNlY3JldA==")
	f.Add("basic ==a=b=")
	f.Fuzz(func(t *testing.T, header string) {
		_, _, err := basicCredentials(http.Header{"Authorization": {header}})
		var rejected *Rejected
		if err != nil && !errors.Is(err, ErrNoCredentials) && !errors.As(err, &rejected) {
			t.Errorf("%q: %v", header, err)
		}
	})
}
