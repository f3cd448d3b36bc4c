package ticket

// QueueFilter selects queues for which all of its conditions hold. The zero QueueFilter
// selects all.
type QueueFilter struct {
	IDs    []int64       // nil is no condition; an empty slice selects nothing
	Slug   Among[string] // compared byte by byte
	Public bool          // only queues that allow public submission
}

// QueueQuery selects a part of the list of queues, which is sorted by id. After, Offset
// and Limit apply in this order.
type QueueQuery struct {
	QueueFilter
	Descending bool
	After      int64 // start after this id in the order of the list; 0 is the beginning
	Offset     int   // how many of the rest to skip
	Limit      int   // maximum number of results; must be positive
}

// CustomFieldFilter selects definitions of custom fields for which all of its conditions
// hold. The zero CustomFieldFilter selects all.
type CustomFieldFilter struct {
	Name Among[string] // compared byte by byte
}
