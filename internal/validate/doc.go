// Package validate holds what a wrong value is called and the checks that more
// than one noun needs: text, e-mail addresses, URLs, slugs, IP addresses and
// points in time.
//
// A finding is a Problem, a reason with its parameters. It has no wording for
// clients: package httpapi holds the words.
package validate
