package testdesk

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// janes tells which tickets of a filled desk are jane's: the first, and every janes-th after
// it.
const janes = 4

// JanesTicket returns the id of one of jane's tickets in a desk that was filled with so
// many. It is another one for each i, until all were returned. Its opening follow-up has an
// attachment.
func JanesTicket(tickets, i int) int64 { return int64(1 + janes*(i%((tickets+janes-1)/janes))) }

// Fill opens tickets in a desk that has none. Like those of internal/bench/seed they have
// three custom values and four follow-ups, and every second has an attachment. As the desk
// writes them, they also have recipients and a history.
func (d *Desk) Fill(t testing.TB, tickets int) {
	t.Helper()
	ctx, staff := t.Context(), d.Users["staff"]
	queues := []int64{d.Queues["support"].ID, d.Queues["billing"].ID}
	for i := range tickets {
		n := &ticket.Ticket{
			QueueID: queues[i%2], Title: fmt.Sprintf("Ticket %d: printer %d does not answer", i, i%97),
			Description:    new(strings.Repeat(fmt.Sprintf("Printer %d prints \"error %d\" and stops.\n", i%97, i*7919%1000), 3+i%3)),
			SubmitterEmail: new(fmt.Sprintf("user%d@example.com", i%500)), AssignedTo: &staff.ID,
			Values: ticket.Values{{Field: d.Fields[0].ID, Text: "ACME"}, {Field: d.Fields[2].ID, Text: "12"},
				{Field: d.Fields[4].ID, Text: "gold"}},
		}
		if i%janes == 0 {
			n.SubmitterEmail = &d.Users["jane"].Email
		}
		var files []followup.Upload
		if i%2 == 0 {
			files = []followup.Upload{File("log.txt", strings.Repeat(".", 1000+i))}
		}
		opened, err := d.CreateTicket(ctx, staff, n, files...)
		if err != nil {
			t.Fatal(err)
		}
		for j := range 3 {
			f := &followup.FollowUp{TicketID: opened.ID, Public: j%2 == 0,
				Comment: new("We had another look at the printer.\nTurn it off & on, then write to <support>.")}
			if j == 2 {
				f.NewStatus = new(ticket.Status(1 + i%4))
			}
			if _, err := d.Reply(ctx, staff, f); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// File is an upload held in memory.
func File(name, content string) followup.Upload {
	return followup.Upload{Filename: name, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

// Measure calls fn as often as the benchmark asks for, and reports the allocations of a
// call. Where fn returns how many elements it has read, it reports those of an element, too.
func Measure(b *testing.B, element string, fn func(i int) (elements int)) {
	b.Helper()
	b.ReportAllocs()
	elements, before := 0, allocations()
	for i := 0; b.Loop(); i++ {
		elements += fn(i)
	}
	if elements > 0 {
		b.ReportMetric(float64(allocations()-before)/float64(elements), "allocs/"+element)
	}
}

// allocations is how many objects this process has allocated so far.
func allocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}
