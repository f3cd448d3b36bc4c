package storage

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// SlowListError says that a list of tickets, or a count of them, was given up because it
// reached the statement timeout of the Store. No index serves it, so it reads every ticket
// that the scope of the actor has. The transaction must not go on.
type SlowListError struct {
	Timeout time.Duration

	// Filters are the conditions that were asked for, named as in the HTTP API and in
	// its order; all custom fields together are CustomFields. It is empty for none.
	Filters []string

	// Order is the order of the list, "" for a count and for the order by id.
	Order ticket.Column
}

// CustomFields is what conditions on custom fields are called in SlowListError.Filters.
const CustomFields = "custom fields"

// narrowing are the filters that select few tickets by an index.
var narrowing = []string{"status", "queue", "assigned_to"}

// Narrow returns the names of the filters that make the list faster when they select
// fewer tickets: those that were asked for, then those that could be.
func (e *SlowListError) Narrow() []string {
	all := slices.Clone(e.Filters)
	for _, name := range narrowing {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

func (e *SlowListError) Error() string {
	text := fmt.Sprintf("no result within the statement timeout of %s; narrow %s", e.Timeout, strings.Join(e.Narrow(), ", "))
	if e.Order != "" {
		text += fmt.Sprintf(", or do not order by %s", e.Order)
	}
	return text
}
