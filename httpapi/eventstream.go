package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk"
)

const (
	heartbeat      = 15 * time.Second       // how often a stream says something, and asks who reads it
	streamPause    = 100 * time.Millisecond // between two looks of a stream for events, at least
	emptyPause     = 500 * time.Millisecond // after a page of which the reader sees nothing
	streamPatience = 30 * time.Second       // how long a client may take for what is sent at once
	reconnect      = 3 * time.Second        // after which a client asks again

	defaultMaxStreams = 8
)

// streams are the streams of events that are open.
type streams struct {
	waiting               // counts them by account
	beat    time.Duration // see heartbeat

	mu     sync.Mutex
	closed map[*http.Server]chan struct{}
}

// closing returns a channel that is closed when the server of a request shuts down: its
// Shutdown would wait for streams. It is nil where there is no http.Server.
func (s *streams) closing(r *http.Request) <-chan struct{} {
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	closed := s.closed[server]
	if closed == nil {
		closed = make(chan struct{})
		if s.closed == nil {
			s.closed = map[*http.Server]chan struct{}{}
		}
		s.closed[server] = closed
		server.RegisterOnShutdown(sync.OnceFunc(func() { close(closed) }))
	}
	return closed
}

// lastEventID is the header by which a client that connects again says what it has seen.
const lastEventID = "Last-Event-ID"

// streamEvents returns the operation that answers with a feed as server-sent events.
func streamEvents(f eventFeed) operation {
	return operation{streams: true, status: http.StatusOK, query: eventParameters,
		do: func(x *exchange) error { return x.streamEvents(f) }}
}

// streamEvents sends events until the client goes away, the actor loses access or the
// server shuts down.
func (x *exchange) streamEvents(f eventFeed) error {
	s := &x.h.streams
	closing := s.closing(x.r)
	q, err := x.readEventQuery()
	if err != nil {
		return err
	}
	if !s.enter(x.account()) {
		return newFailure(http.StatusTooManyRequests, "You have %d streams of events open, which is the limit. Please close one.",
			s.maxPerAccount).after(1)
	}
	defer s.leave(x.account())
	if q.after, err = x.streamStart(q.after); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(x.r.Context())
	defer stop()
	go func() {
		select {
		case <-closing:
			stop()
		case <-ctx.Done():
		}
	}()
	x.beginStream()
	if x.r.Method == http.MethodHead {
		return nil
	}
	out := newEventStream(x)
	for checked := time.Now(); out.err == nil && ctx.Err() == nil; {
		if time.Since(checked) >= s.beat {
			if !x.stillAllowed() {
				return nil
			}
			checked = time.Now()
			out.send([]byte(": \n\n"))
		}
		next, err := x.nextEvents(ctx, f, q, out, s.beat)
		if err != nil {
			return x.endStream(err)
		}
		q.after = next
	}
	return nil
}

// streamStart returns the position after which a stream begins: that of Last-Event-ID or of
// the parameter. Without both it is the end of the feed.
func (x *exchange) streamStart(after int64) (int64, error) {
	if text := x.r.Header.Get(lastEventID); isDigits(text) {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n, nil
		}
	}
	if x.arguments().last("after") != "" {
		return after, nil
	}
	return x.h.desk.EndOfEvents(x.r.Context())
}

// account is the account whose streams are counted.
func (x *exchange) account() int64 {
	if x.actor == nil {
		return 0
	}
	return x.actor.ID
}

func (x *exchange) beginStream() {
	x.status, x.sent = x.operation.status, true
	h := x.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Accel-Buffering", "no")                                 // has nginx pass on each event at once
	_ = http.NewResponseController(x.w).SetReadDeadline(time.Time{}) // the request has been read
	x.w.WriteHeader(x.status)
}

// endStream ends a stream that failed. Its client asks again, from where it was.
func (x *exchange) endStream(err error) error {
	if !errors.Is(err, helpdesk.ErrForbidden) && x.r.Context().Err() == nil {
		x.log(slog.LevelWarn, "stream of events broken off", err)
	}
	return nil
}

// nextEvents sends the next events, and returns the position to continue from. Without new
// ones it waits, but not longer than a time.
func (x *exchange) nextEvents(ctx context.Context, f eventFeed, q eventQuery, out *eventStream, wait time.Duration) (int64, error) {
	signal := x.h.desk.EventSignal()
	actor := x.actor
	page, err := x.readEvents(f, q)
	if err != nil {
		return q.after, err
	}
	if len(page.events) > 0 { // which may be about the end of the actor's access
		if !x.stillAllowed() {
			return q.after, helpdesk.ErrForbidden
		}
		if x.actor.Version != actor.Version {
			return q.after, nil // they are read again, with the rights of now
		}
	}
	out.sendPage(page, q.after)
	if page.after == q.after {
		ctx, stop := context.WithTimeout(ctx, wait)
		defer stop()
		err = signal.Wait(ctx)
		if ctx.Err() != nil {
			return page.after, nil
		}
	}
	pause := streamPause
	if page.after != q.after && len(page.events) == 0 {
		pause = emptyPause
	}
	select { // events that come one by one are read together, and a long feed does not keep the server busy
	case <-time.After(pause):
	case <-ctx.Done():
	}
	return page.after, err
}

// stillAllowed asks again who the actor is, and whether they may read events.
func (x *exchange) stillAllowed() bool {
	before := x.account()
	if err := x.authenticate(); err != nil || x.account() != before {
		return false
	}
	return x.route.permit(x.h.desk, x.actor, x.r.Method) == nil
}

// eventStream sends server-sent events.
type eventStream struct {
	x       *exchange
	control *http.ResponseController
	buffer  []byte
	err     error // the client went away
}

func newEventStream(x *exchange) *eventStream {
	s := &eventStream{x: x, control: http.NewResponseController(x.w)}
	s.send([]byte("retry: " + strconv.FormatInt(reconnect.Milliseconds(), 10) + "\n\n"))
	return s
}

// sendPage sends events. A client learns the position even when it sees none of them.
func (s *eventStream) sendPage(p eventPage, before int64) {
	b := s.buffer[:0]
	for _, e := range p.events {
		b = strconv.AppendInt(append(b, "id: "...), e.Position, 10)
		b = append(append(b, "\nevent: "...), e.Type...)
		b = events.append(append(b, "\ndata: "...), e, s.x) // JSON has no line breaks
		b = append(b, "\n\n"...)
	}
	if p.after != before && (len(p.events) == 0 || p.events[len(p.events)-1].Position != p.after) {
		b = append(strconv.AppendInt(append(b, "id: "...), p.after, 10), "\n\n"...)
	}
	if len(b) > 0 {
		s.send(b)
	}
	if s.buffer = b; cap(b) > maxBuffer {
		s.buffer = nil
	}
}

// send gives the client bytes, and cuts it off when it does not take them in time.
func (s *eventStream) send(b []byte) {
	if s.err != nil {
		return
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(streamPatience)) // where the host's writer can
	if _, s.err = s.x.w.Write(b); s.err == nil {
		s.err = s.control.Flush()
	}
}
