package httpapi_test

import (
	"net/http"
	"strconv"
	"testing"
)

// The benchmarks answer requests without a network, from a database of
// HELPDESK_TEST_STORE with 1,000 tickets of 4 follow-ups and 8 attachments each.
// Compare with other servers by make bench-compare.

const benchTickets = 1000

func newBenchmark(b *testing.B) *counted {
	b.Helper()
	c := newCounted(b)
	c.fill(b, benchTickets, 4)
	c.statements = nil
	b.ReportAllocs()
	return c
}

func (c *counted) repeat(b *testing.B, method string, status int, path func(i int) (path, body string)) {
	b.Helper()
	i := 0
	for b.Loop() {
		p, body := path(i)
		c.call(b, "", method, p, body).is(b, status, "")
		c.statements = c.statements[:0]
		i++
	}
}

func BenchmarkTicket(b *testing.B) {
	newBenchmark(b).repeat(b, "GET", http.StatusOK, func(i int) (string, string) {
		return "/api/tickets/" + strconv.Itoa(1+i%benchTickets) + "/", ""
	})
}

func BenchmarkPage25(b *testing.B) {
	newBenchmark(b).repeat(b, "GET", http.StatusOK, func(i int) (string, string) {
		return "/api/tickets/?page_size=25&page=" + strconv.Itoa(1+i%40), ""
	})
}

func BenchmarkPage100(b *testing.B) {
	newBenchmark(b).repeat(b, "GET", http.StatusOK, func(i int) (string, string) {
		return "/api/tickets/?page_size=100&page=" + strconv.Itoa(1+i%10), ""
	})
}

func BenchmarkList(b *testing.B) {
	newBenchmark(b).repeat(b, "GET", http.StatusOK, func(int) (string, string) { return "/api/tickets/", "" })
}

func BenchmarkCreateTicket(b *testing.B) {
	newBenchmark(b).repeat(b, "POST", http.StatusCreated, func(int) (string, string) {
		return "/api/tickets/", `{"queue":1,"title":"Printer","description":"It does not print."}`
	})
}

func BenchmarkCreateFollowUp(b *testing.B) {
	newBenchmark(b).repeat(b, "POST", http.StatusCreated, func(i int) (string, string) {
		return "/api/followups/", `{"ticket":` + strconv.Itoa(1+i%benchTickets) + `,"comment":"Have you tried again?","public":true}`
	})
}
