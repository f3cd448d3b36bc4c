//go:build generated

// Day lives through a ticket's day at the desk with the address that HELPDESK_URL has, with
// a generated client: it logs in, opens a ticket, answers with a file, finds the ticket,
// closes it and reads its history. It exits with 1 when something is not as expected.
package main
