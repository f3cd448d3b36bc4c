package sqlstore

import (
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// isFlag is the condition that a column is true or false; nil is none.
func isFlag(column string, want *bool) cond {
	if want == nil {
		return cond{}
	}
	return is(column+" = ?", *want)
}

// matching is the condition that a column, which is never NULL, has the keys of what the
// match admits.
func matching(column string, m user.Match, key func(string) any) (c cond) {
	if m.In != nil {
		c = inValues(column+" IN ", m.In, key)
	}
	if len(m.NotIn) > 0 {
		c = c.and(inValues(column+" NOT IN ", m.NotIn, key))
	}
	return c
}

// matchingTexts is matching for a column that is compared as it is.
func matchingTexts(column string, m user.Match) cond {
	return matching(column, m, func(text string) any { return text })
}

// amongTexts is among for a column that is compared as it is.
func amongTexts(column string, a ticket.Among[string]) cond { return among(column, a, inTexts) }
