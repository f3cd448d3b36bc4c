package cookbook

import (
	"context"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// Fill puts all tickets into the index, for Position.First.
func (x SearchIndex) Fill(ctx context.Context) error {
	if _, err := x.DB.ExecContext(ctx, "DELETE FROM search"); err != nil { // there may be a part of an earlier attempt
		return err
	}
	all := x.Desk.Tickets(helpdesk.System(), helpdesk.TicketQuery{Without: ticket.FollowUps | ticket.Description})
	for t, err := range all.All(ctx) {
		if err != nil {
			return err
		}
		if err := x.put(ctx, t.ID); err != nil {
			return err
		}
	}
	return nil
}
