package helpdesk

import (
	"time"

	"github.com/go-helpdesk/helpdesk/event"
)

const (
	// maxUnheard is how many events of hosts' transactions Run waits for.
	maxUnheard = 4096

	// unheardTime is how long Run waits for such an event. A transaction that was rolled
	// back never has one.
	unheardTime = time.Hour
)

// unheard are the events that hosts' transactions have written in this process, and of which
// nobody knows whether they were committed. Run looks for them in the feed. It is guarded by
// the mutex of its notices.
type unheard struct {
	runs int                 // calls of Run
	ids  map[int64]time.Time // when each was written

	// missedUntil is until when subscribers are sent to the feed with all that is new, since
	// there were more events than are kept.
	missedUntil time.Time
}

// expect remembers what a host's transaction has written, if somebody looks for it.
func (u *unheard) expect(events []*event.Event, missed bool, now time.Time) {
	if u.runs == 0 {
		return
	}
	for id, written := range u.ids {
		if now.Sub(written) > unheardTime {
			delete(u.ids, id)
		}
	}
	if missed || len(u.ids)+len(events) > maxUnheard {
		clear(u.ids)
		u.missedUntil = now.Add(unheardTime)
		return
	}
	if u.ids == nil {
		u.ids = map[int64]time.Time{}
	}
	for _, e := range events {
		u.ids[e.ID] = now
	}
}

// any reports whether there is anything to look for in the feed.
func (u *unheard) any(now time.Time) bool { return len(u.ids) > 0 || now.Before(u.missedUntil) }

// among returns those of some events of the feed that were looked for, or that some may have
// been.
func (u *unheard) among(events []*event.Event, now time.Time) (found []*event.Event, missed bool) {
	if now.Before(u.missedUntil) {
		return nil, len(events) > 0
	}
	for _, e := range events {
		if _, ok := u.ids[e.ID]; ok {
			found = append(found, e)
		}
	}
	return found, false
}

// heard forgets events of which subscribers were told.
func (u *unheard) heard(events []*event.Event) {
	for _, e := range events {
		delete(u.ids, e.ID)
	}
}
