package helpdesk

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/event"
	"github.com/go-helpdesk/helpdesk/storage"
)

// BeforeCommit is called with the events of a write before they are committed: see
// Config.BeforeCommit.
type BeforeCommit func(ctx context.Context, tx storage.Statements, events []*event.Event) error

// Notice is what Subscribe sends: an event, or a position to continue from.
type Notice struct {
	// Event was committed by this process. Position is 0 where positions are given later,
	// as on MariaDB and MySQL. Subscribers share the event, so nobody must change it. It is
	// nil when notices of events may be missing.
	Event *event.Event

	// After is set when Event is nil: notices may be missing of events after this
	// position, where the subscription began. A subscriber that has called Events since
	// continues from where that ended.
	After int64
}

const (
	noticeBuffer = 256  // notices that wait for a subscriber
	maxBatch     = 1024 // events of one transaction that are remembered until its commit
	pollInterval = time.Second
)

// batch is what one transaction has written.
type batch struct {
	events []*event.Event
	missed bool // there were more events than are kept, or nobody knows whether there were
}

// add adds what another transaction has written, which began later.
func (b *batch) add(other batch) {
	b.missed = b.missed || other.missed || len(b.events)+len(other.events) > maxBatch
	if b.missed {
		b.events = nil
		return
	}
	b.events = append(b.events, other.events...)
}

func (b *batch) empty() bool { return len(b.events) == 0 && !b.missed }

// joinedBatch is what a Desk in a transaction of the host's has written. It is safe for
// concurrent use.
type joinedBatch struct {
	mu    sync.Mutex
	batch batch
}

func (j *joinedBatch) add(written batch) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.batch.add(written)
}

// take returns what was written since it was called last.
func (j *joinedBatch) take() batch {
	j.mu.Lock()
	defer j.mu.Unlock()
	b := j.batch
	j.batch = batch{}
	return b
}

// notices tells subscribers of events. It is safe for concurrent use.
type notices struct {
	mu          sync.Mutex
	woken       int64 // a position of whose event those who wait were told
	changed     chan struct{}
	subscribers map[*subscriber]struct{}

	unheard unheard // of hosts' transactions

	polled  time.Time // when the feed was looked at for events of other processes
	polling bool
}

type subscriber struct {
	to     chan Notice // with room for one notice more than noticeBuffer
	start  int64       // the position where it began
	behind bool        // notices were missed, and the last in the channel says so
}

func newNotices() *notices {
	return &notices{changed: make(chan struct{}), subscribers: map[*subscriber]struct{}{}}
}

// subscribe returns a channel that is closed when ctx ends. Its first notice has a position.
func (n *notices) subscribe(ctx context.Context, after int64) <-chan Notice {
	s := &subscriber{to: make(chan Notice, noticeBuffer+1), start: after}
	s.to <- Notice{After: after}
	n.mu.Lock()
	n.subscribers[s] = struct{}{}
	n.mu.Unlock()
	context.AfterFunc(ctx, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.subscribers, s)
		close(s.to)
	})
	return s.to
}

// publish tells everybody what was committed.
func (n *notices) publish(b batch) {
	if b.empty() {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, e := range b.events {
		n.woken = max(n.woken, e.Position)
	}
	n.unheard.heard(b.events)
	if len(n.subscribers) > 0 {
		var err error
		b.events, err = forHost(b.events)
		b.missed = b.missed || err != nil
	}
	for s := range n.subscribers {
		s.send(b)
	}
	n.wake()
}

// expect remembers what a host's transaction has written.
func (n *notices) expect(b batch) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.unheard.expect(b.events, b.missed, time.Now())
}

// expecting reports whether there is anything to look for in the feed.
func (n *notices) expecting() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.unheard.any(time.Now())
}

// hear tells subscribers of those among some events of the feed that were looked for.
func (n *notices) hear(events []*event.Event) {
	n.mu.Lock()
	var b batch
	b.events, b.missed = n.unheard.among(events, time.Now())
	n.mu.Unlock()
	n.publish(b)
}

// look has hosts' transactions remembered until end is called.
func (n *notices) look() (end func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.unheard.runs++
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		if n.unheard.runs--; n.unheard.runs == 0 {
			n.unheard = unheard{}
		}
	}
}

// rouse has everybody who waits look for new events.
func (n *notices) rouse() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.wake()
}

// wake ends the waiting of everybody. The mutex is locked.
func (n *notices) wake() {
	close(n.changed)
	n.changed = make(chan struct{})
}

// send never blocks. A subscriber that is behind gets no notices until it has taken all
// that it was sent. What it misses until then was committed before it takes the last of
// these, which sends it to the feed.
func (s *subscriber) send(b batch) {
	if s.behind && len(s.to) > 0 {
		return
	}
	s.behind = b.missed || len(s.to)+len(b.events) > noticeBuffer
	if s.behind {
		s.to <- Notice{After: s.start}
		return
	}
	for _, e := range b.events {
		s.to <- Notice{Event: e}
	}
}

// signal returns a channel that is closed when there may be new events.
func (n *notices) signal() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.changed
}

// poll calls look, which returns the end of the feed and whether events wait for a position,
// unless that was done a moment ago or is being done. It wakes everybody if there are new
// events.
func (n *notices) poll(look func() (last int64, waiting bool, err error)) error {
	n.mu.Lock()
	if n.polling || time.Since(n.polled) < pollInterval {
		n.mu.Unlock()
		return nil
	}
	n.polling = true
	n.mu.Unlock()
	var last int64
	waiting, err := false, error(nil)
	defer func() { // also when look panics
		n.mu.Lock()
		defer n.mu.Unlock()
		n.polling, n.polled = false, time.Now()
		if err == nil && (waiting || last > n.woken) {
			n.woken = last
			n.wake()
		}
	}()
	last, waiting, err = look()
	return err
}

// announce tells those who listen what was written by a transaction that ended with an
// error or nil, as soon as it is committed.
func (d *Desk) announce(written batch, err error) {
	if errors.Is(err, ErrUnknownOutcome) {
		written.events, written.missed = nil, true
	} else if err != nil {
		return
	}
	switch {
	case d.unit != nil:
		d.unit.written.add(written)
	case d.written != nil:
		d.written.add(written)
		d.notices.expect(written)
	default:
		d.notices.publish(written)
	}
}

// forHost returns copies of events, without what only the Desk needs. They share nothing
// with the values that the events were made from, which are the caller's.
func forHost(events []*event.Event) ([]*event.Event, error) {
	copies := make([]*event.Event, len(events))
	for i, e := range events {
		c := *e
		if err := errors.Join(c.SetBody(e.Body()), c.ReadData()); err != nil {
			return nil, err
		}
		c.Strip()
		copies[i] = &c
	}
	return copies, nil
}
