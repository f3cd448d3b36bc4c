package user

// External is a person who is logged in at the host, as the host knows them. The desk
// creates a user without a password for each.
type External struct {
	ID        string // identifies the person and never changes; not empty, at most MaxExternalID bytes
	Username  string // name of the desk's user; gets a number if another user has it
	FirstName string
	LastName  string
	Email     string

	// EmailVerified says that the host has made sure that the address belongs to the
	// person. It lets them read the tickets that carry the address. Leave it false for
	// an address that anyone could have typed.
	EmailVerified bool

	Staff     bool
	Superuser bool

	// Permissions and Queues (by slug) replace what is granted to the user. Nil keeps
	// what is granted, and an empty list takes all of it away. Slugs of queues that do
	// not exist grant nothing.
	Permissions []Permission
	Queues      []string
}

// MaxExternalID is the maximum length of External.ID, in bytes.
const MaxExternalID = 190
