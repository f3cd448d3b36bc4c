package httpapi

import (
	"net/http"
	"time"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// ticketCounts describes a count. An answer has only the dimensions that it was counted by.
var ticketCounts = newTable(
	dimension(integer("status", func(c ticket.Count) int64 { return int64(c.Status) })),
	dimension(integer("queue", func(c ticket.Count) int64 { return c.Queue })),
	dimension(nullInteger("assigned_to", func(c ticket.Count) **int64 { return &c.AssignedTo }, readOnly)),
	dimension(integer("priority", func(c ticket.Count) int64 { return int64(c.Priority) })),
	dimension(computed("day", func(c ticket.Count) string { return c.Day.Format(time.DateOnly) })),
	integer("count", func(c ticket.Count) int64 { return int64(c.Tickets) }),
).called("TicketCount")

// dimension returns the field as one that answers may lack.
func dimension(f field[ticket.Count]) field[ticket.Count] {
	f.optional = true
	return f
}

// countDimensions is the parameter that says by what tickets are counted.
var countDimensions = func() parameter {
	p := parameter{name: "by", kind: kindChoice, repeats: true,
		about: "By what tickets are counted, separated by commas; without it there is one count."}
	for _, d := range ticket.Dimensions() {
		p.choices = append(p.choices, string(d))
	}
	return p
}()

// countTicketsBy answers GET of the counts of tickets.
var countTicketsBy = operation{
	answers: &ticketCounts.schema, results: true, status: http.StatusOK,
	query: append(parametersOf(ticketFilters), countDimensions), do: countTickets,
}

func countTickets(x *exchange) error {
	q, err := readFilters(x, ticketFilters)
	if err != nil {
		return err
	}
	var by []ticket.Dimension
	shown := keys{only: map[string]bool{"count": true}}
	for _, word := range x.arguments().words(countDimensions.name) {
		if !ticket.Dimension(word).Valid() {
			x.arguments().wrong(countDimensions.name, problem.NotChoice, word)
		}
		by, shown.only[word] = append(by, ticket.Dimension(word)), true
	}
	if err := x.settle(); err != nil {
		return err
	}
	counts, err := x.h.desk.CountTickets(x.r.Context(), x.actor, q.Filter, by...)
	if err != nil {
		return err
	}
	part := ticketCounts.selection(shown)
	return respond(x, counts, func(b []byte, counts []ticket.Count) []byte {
		b = append(b, `{"results":[`...)
		for i, c := range counts {
			b = part.append(appendComma(b, i), c, x)
		}
		return append(b, `]}`...)
	})
}
