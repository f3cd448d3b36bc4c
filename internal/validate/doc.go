// Package validate has the checks that more than one noun needs: of text, e-mail
// addresses, URLs, slugs, IP addresses and points in time.
package validate
