package ticket

// Queue is a named set of tickets, such as support or billing. Each ticket is in one.
type Queue struct {
	ID                    int64
	Title                 string  // at most 100 characters
	Slug                  string  // at most 50 characters, unique; part of Ticket.Number
	EmailAddress          *string // the queue's own address; no follow-up is addressed to it
	AllowPublicSubmission bool    // whether requesters may open tickets here
	DefaultOwner          *int64  // the user to whom tickets of requesters are assigned

	// Version starts at 1, and is incremented by each write. The deletion of the default
	// owner, which leaves the queue without one, does not count.
	Version int64
}
