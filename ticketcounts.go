package helpdesk

import (
	"context"
	"slices"

	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
	"github.com/go-helpdesk/helpdesk/user"
)

// maxCounts bounds how many counts CountTickets returns.
const maxCounts = 10_000

// CountTickets counts the tickets that a filter selects among those the actor works on. It
// returns a count for each combination of values that some ticket has in the dimensions, in
// the order of these values; tickets without a value come last. Without a dimension it
// returns one count, which may be 0.
//
// All counts are from one state of the database. CountTickets returns a problem.Error for
// "by" if a dimension is unknown, or if there would be more than 10,000 counts.
func (d *Desk) CountTickets(
	ctx context.Context, actor *user.User, f ticket.Filter, by ...ticket.Dimension,
) (counts []ticket.Count, err error) {
	if err := d.Allow(actor, ReadTickets); err != nil {
		return nil, err
	}
	wrong := problem.Error{}
	var once []ticket.Dimension
	for _, one := range by {
		switch {
		case !one.Valid():
			wrong.Add("by", problem.Problem{Reason: problem.NotChoice, Value: string(one)})
		case !slices.Contains(once, one):
			once = append(once, one)
		}
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	err = d.snapshot(ctx, func(tx *transaction) error {
		counts, err = tx.Tickets().CountBy(ctx, d.reach(actor).scope(), f, once, maxCounts+1)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(counts) > maxCounts {
		wrong.Add("by", problem.Problem{Reason: problem.TooManyCounts, Limit: maxCounts})
		return nil, wrong.Err()
	}
	return counts, nil
}

// FindTickets reads one page of at most limit tickets, which begins at a cursor, and returns
// it with the cursor of the next page. It is List.Find on Tickets: the zero Cursor is the
// first page as an argument, and says that there is no next page as a result.
func (d *Desk) FindTickets(ctx context.Context, actor *user.User, q TicketQuery, c Cursor, limit int) ([]*Thread, Cursor, error) {
	found, _, next, err := d.Tickets(actor, q).Find(ctx, c, limit)
	return found, next, err
}
