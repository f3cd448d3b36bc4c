package user

// Match selects by a text. The zero value is no condition.
type Match struct {
	In    []string // it is one of these; nil is no condition, and an empty slice selects nothing
	NotIn []string // it is none of these
}

// Filter selects users for which all of its conditions hold. The zero Filter selects all.
type Filter struct {
	IDs      []int64 // nil is no condition; an empty slice selects nothing
	Username Match   // compared by Key
	Email    Match   // compared with ASCII letters in lower case; a user without an address has ""
	Staff    *bool   // nil is no condition, here and below
	Active   *bool
}

// GroupFilter selects groups for which all of its conditions hold. The zero GroupFilter
// selects all.
type GroupFilter struct {
	Name Match // compared byte by byte
}

// Column is what a list of users or groups can be sorted by.
type Column string

// The columns of lists. Users have a username, and groups have a name. Both are sorted
// by code point.
const (
	ByID       Column = "id"
	ByUsername Column = "username"
	ByName     Column = "name"
)

// Order is the order of a list of users or groups. Ties are broken by id in the same
// direction. The zero value is ascending by id.
type Order struct {
	By         Column // "" is ByID
	Descending bool
}

// Reversed returns the opposite order.
func (o Order) Reversed() Order {
	o.Descending = !o.Descending
	return o
}

// Position is a place in a list: that of a user or group with this id and this name. The
// zero value is the beginning. In a list by id, only ID counts.
type Position struct {
	Name string
	ID   int64
}

// Query selects a part of a list of users. After, Offset and Limit apply in this order.
type Query struct {
	Filter
	Order  Order
	After  Position // start after it
	Offset int      // how many of the rest to skip
	Limit  int      // maximum number of results; must be positive
}

// GroupQuery is Query for a list of groups.
type GroupQuery struct {
	GroupFilter
	Order  Order
	After  Position
	Offset int
	Limit  int
}

// TokenQuery selects a part of the list of a user's tokens, which is sorted by id. After,
// Offset and Limit apply in this order.
type TokenQuery struct {
	Descending bool
	After      int64 // start after this id in the order of the list; 0 is the beginning
	Offset     int   // how many of the rest to skip
	Limit      int   // maximum number of results; must be positive
}
