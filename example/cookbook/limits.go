package cookbook

import (
	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/user"
)

// LimitsOf says what an account may create. Set it as helpdesk.Config.LimitsOf.
func LimitsOf(actor *user.User) helpdesk.Limits {
	if actor.IsStaff() {
		return helpdesk.NoLimits()
	}
	return helpdesk.Limits{
		CreatesPerMinute: 10,
		BytesPerDay:      50 << 20,
		AnswersPerTicket: -1, // no limit; fields that are not set have their defaults
	}
}
