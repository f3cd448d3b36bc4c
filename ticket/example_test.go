package ticket_test

import (
	"fmt"

	"github.com/go-helpdesk/helpdesk/ticket"
)

func ExampleCustomField_Parse() {
	cost := ticket.CustomField{Type: ticket.Decimal, MaxLength: new(int64(6)), DecimalPlaces: new(int64(2))}
	for _, text := range []string{"12.3", "1e2", "1.234"} {
		value, problems := cost.Parse(text)
		fmt.Printf("%q %v\n", value.Text, problems)
	}
	// Output:
	// "12.30" []
	// "100.00" []
	// "" [too many decimal places (limit 2)]
}

func ExampleTicket_Check() {
	t := ticket.Ticket{Title: " ", Status: ticket.Open, Priority: ticket.Normal, SubmitterEmail: new("nobody")}
	fmt.Println(t.Check().Err())
	// Output: helpdesk: invalid submitter_email: not an e-mail address; title: blank
}
