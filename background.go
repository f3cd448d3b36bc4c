package helpdesk

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

const (
	// stopGrace is how long attempts may take that are being made when Run is to end.
	stopGrace = 5 * time.Second

	gathering    = 100 * time.Millisecond // events that come one by one are handled together
	failurePause = 5 * time.Second        // after an error of the database
)

// background is what the parts of one call of Run have in common. It is safe for concurrent
// use.
type background struct {
	desk      *Desk
	finishing context.Context // ends a while after that of Run

	mu     sync.Mutex
	logged time.Time // when a failure was logged last
}

// log logs why the work does not go on, at most once a minute.
func (b *background) log(err error, of ...slog.Attr) {
	if err == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := time.Now(); now.Sub(b.logged) >= time.Minute {
		b.logged = now
		b.desk.log.LogAttrs(b.finishing, slog.LevelError, "helpdesk: work in the background is delayed",
			append(of, slog.Any("error", err))...)
	}
}

// sleep waits for a time or the end of ctx.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
