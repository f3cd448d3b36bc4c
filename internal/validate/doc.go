// Package validate has the checks that more than one noun needs: of texts, e-mail
// addresses, URLs, slugs, IP addresses and times. They follow Django and Python, so that
// the API accepts what django-helpdesk accepts.
package validate
