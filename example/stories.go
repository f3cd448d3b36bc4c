package main

import (
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// stories are the sample tickets.
func (d *demo) stories() []story {
	return []story{
		{
			by: "ada", queue: "support", owner: "ada",
			ticket: ticket.Ticket{
				Title: "Printer on the second floor prints blank pages", Priority: ticket.High,
				Description:    new("Every page comes out white since this morning. The log is attached."),
				SubmitterEmail: new("carol@example.com"),
			},
			values: map[string]string{"company": "Lind & Co", "plan": "Team", "seats": "12"},
			files: []followup.Upload{textFile("printer.log",
				"08:01 toner low\n08:14 toner empty\n08:15 print job 4711: 0 % coverage\n")},
			replies: []reply{
				{by: "ada", text: "Could you look whether the toner is empty?", public: true},
				{by: "ada", text: "She has no spare toner. I bring one.",
					files: []followup.Upload{textFile("order.txt", "1 toner cartridge, black\n")}},
			},
		},
		{
			by: "ben", queue: "support", owner: "ben",
			ticket: ticket.Ticket{
				Title: "Cannot log in after the update", Priority: ticket.Critical,
				Description: new("The page says that my session has expired, again and again."), SubmitterEmail: new("admin@example.com"),
			},
			values: map[string]string{"seats": "1"},
			replies: []reply{
				{by: "ben", text: "Please remove the cookies of the old version, then try again.", public: true},
				{by: "ben", text: "Old cookies were the cause. The next release ignores them.", public: true, status: ticket.Resolved},
			},
		},
		{
			by: "ben", queue: "billing",
			ticket: ticket.Ticket{
				Title: "Invoice names the wrong address", DueDate: new(time.Now().UTC().AddDate(0, 0, 3).Truncate(time.Hour)),
				Description: new("We moved in May. Please send the invoice again."), SubmitterEmail: new("office@example.org"),
			},
			values: map[string]string{"company": "Harbour Rowing Club", "plan": "Business", "contract": "hrc-2026"},
		},
		{
			by: "ada", queue: "support",
			ticket: ticket.Ticket{
				Title: "White pages from the printer", Priority: ticket.Low,
				Description: new("Probably the same as #1."), SubmitterEmail: new("carol@example.com"),
			},
			replies: []reply{{by: "ada", text: "Same printer, same toner: see #1.", public: true, status: ticket.Duplicate}},
		},
		{
			by: "ada", queue: "support",
			ticket: ticket.Ticket{Title: "Please add a dark theme", Priority: ticket.VeryLow, SubmitterEmail: new("carol@example.com")},
			values: map[string]string{"plan": "Free"},
		},
	}
}
