package user

// External is somebody who is logged in at the host, as the host knows them. The
// desk makes a user of its own out of one, without a password.
type External struct {
	ID        string // what never changes, at most MaxExternalID bytes, not empty
	Username  string // what the desk's user is called, unless somebody else is
	FirstName string
	LastName  string
	Email     string

	// EmailVerified says that the host has made sure that the address is theirs.
	// They read the tickets that carry it. Leave it false for an address that
	// anyone could have typed.
	EmailVerified bool

	Staff     bool
	Superuser bool

	// Permissions and Queues, by slug, are granted to the user and no others;
	// nil leaves those alone that the desk granted. Slugs of queues that do not
	// exist grant nothing.
	Permissions []Permission
	Queues      []string
}

// MaxExternalID bounds External.ID, in bytes.
const MaxExternalID = 190
