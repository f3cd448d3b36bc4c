package followup_test

import (
	"fmt"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

func ExampleFollowUp_MoveTicket() {
	t := &ticket.Ticket{Title: "Printer", Status: ticket.Open}
	before := t.Clone()
	f := &followup.FollowUp{Comment: new("Off and on."), NewStatus: new(ticket.Resolved), Public: true}
	f.MoveTicket(t)
	fmt.Println(*f.Title)
	for _, c := range followup.Diff(before, t, nil) {
		fmt.Println(c.Field, *c.NewValue)
	}
	// Output:
	// Printer and Resolved
	// Status Resolved
	// Resolution Off and on.
}

func ExampleParseTimeSpent() {
	for _, text := range []string{"90", "1:02:03", "P1DT2H", "-30", "soon"} {
		spent, problems := followup.ParseTimeSpent(text)
		fmt.Println(spent, problems)
	}
	// Output:
	// 00:01:30 []
	// 01:02:03 []
	// 1 02:00:00 []
	// -1 23:59:30 []
	// 00:00:00 [not a duration]
}
