package cookbook

import (
	"context"
	"log/slog"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/event"
)

// Follow calls handle with each event of some types, one after the other, until ctx ends. An
// event comes again until handle returns nil. A program that starts again continues after the
// event that was handled last. A program that dies while it handles one gets that one again.
func Follow(ctx context.Context, desk *helpdesk.Desk, p Position, handle Handler, types ...event.Type) {
	for ctx.Err() == nil {
		if err := follow(ctx, desk, p, handle, types); err != nil && ctx.Err() == nil {
			slog.Error("events wait for the next attempt", "follower", p.Name, "error", err)
			pause, stop := context.WithTimeout(ctx, 10*time.Second)
			<-pause.Done()
			stop()
		}
	}
}

// Handler handles an event, and returns nil also when it will never be able to.
type Handler func(context.Context, *event.Event) error

func follow(ctx context.Context, desk *helpdesk.Desk, p Position, handle Handler, types []event.Type) error {
	signal := desk.EventSignal() // before Events, so that no event is missed
	after, err := p.Load(ctx, desk)
	if err != nil {
		return err
	}
	events, next, err := desk.Events(ctx, helpdesk.System(), after, event.Filter{Types: types}, 0)
	if err != nil {
		return err
	}
	if next == after {
		return signal.Wait(ctx)
	}
	for _, e := range events {
		if err := handle(ctx, e); err != nil {
			return err
		}
		if err := p.Save(ctx, e.Position); err != nil {
			return err
		}
	}
	return p.Save(ctx, next)
}
