package ticket

// Queue is a named line of tickets, such as support or billing.
type Queue struct {
	ID                    int64
	Title                 string  // at most 100 characters
	Slug                  string  // at most 50 characters, unique; part of a ticket's number
	EmailAddress          *string // where the queue's own mail comes from
	AllowPublicSubmission bool    // requesters may open tickets here
	DefaultOwner          *int64  // a user
}
