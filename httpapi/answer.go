package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
)

// An answer is collected in a buffer. When the buffer is full, it goes to the client.
// While a large element is in memory, it goes to a temporary file instead, so that the
// element need not wait for the client. So the memory of an answer is bounded, whatever
// is stored.
const (
	maxBuffers    = 16               // how many free buffers are kept
	bufferSize    = 128 << 10        // when a buffer is full, in bytes
	maxBuffer     = 4 * bufferSize   // the largest buffer that is kept, in bytes
	textPiece     = 32 << 10         // how much of a long text is appended at once, in bytes
	maxUnmeasured = 64 << 10         // the largest answer that no client makes wait, in bytes
	maxLarge      = 1                // how many large elements are in memory at the same time
	maxLargeWait  = 30 * time.Second // how long a large element waits for its turn
)

// buffered calls use with an empty buffer, and keeps the buffer that use returns. A
// sync.Pool would drop its buffers at each garbage collection, and large answers cause
// many of these.
func (h *Handler) buffered(use func([]byte) []byte) {
	var b []byte
	select {
	case b = <-h.buffers:
	default:
	}
	if b = use(b[:0]); cap(b) > maxBuffer {
		return
	}
	select {
	case h.buffers <- b:
	default:
	}
}

// reading returns the context in which the desk reads what is answered.
func (x *exchange) reading() context.Context {
	if x.ctx == nil {
		x.ctx = helpdesk.WithLarge(x.r.Context(), x.admitLarge)
	}
	return x.ctx
}

// admitLarge waits until one more large element may be in memory. End it with
// releaseLarge.
func (x *exchange) admitLarge(ctx context.Context) error {
	if x.large {
		return nil
	}
	timer := time.NewTimer(maxLargeWait)
	defer timer.Stop()
	select {
	case x.h.large <- struct{}{}:
		x.large = true
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return fmt.Errorf("no memory for a large element within %s: %w", maxLargeWait, helpdesk.ErrBusy)
	}
}

func (x *exchange) releaseLarge() {
	if x.large {
		x.large = false
		<-x.h.large
	}
}

// text appends a long text as a JSON string, piece by piece. Only its end is in the
// buffer that is returned.
func (x *exchange) text(b []byte, s string) []byte {
	b = append(b, '"')
	for len(s) > 0 {
		end := min(len(s), textPiece)
		for n := 0; n < utf8.UTFMax && end < len(s) && !utf8.RuneStart(s[end]); n++ {
			end--
		}
		if b = jsontext.Inner(b, s[:end]); len(b) >= bufferSize {
			b = x.spill(b)
		}
		s = s[end:]
	}
	return append(b, '"')
}

// spill empties a buffer that became full in the middle of an element.
func (x *exchange) spill(b []byte) []byte {
	if x.streams && !x.large && x.overflow == nil {
		return x.flush(b)
	}
	if x.overflow == nil {
		x.overflow = &spool{}
	}
	if _, err := x.overflow.Write(b); err != nil && x.failed == nil {
		x.failed = err
	}
	return b[:0]
}

// elementDone is called after each element of an answer that is streamed. It sends the
// buffer when it has flushAt bytes, and after a large element.
func (x *exchange) elementDone(b []byte, flushAt int) []byte {
	if x.failed != nil {
		return b
	}
	if x.large || x.overflow != nil || len(b) >= flushAt {
		return x.flush(b)
	}
	return b
}

// flush sends what was collected of a body, and returns the empty buffer.
func (x *exchange) flush(b []byte) []byte {
	x.releaseLarge()
	if x.failed != nil {
		return b[:0]
	}
	if !x.sent {
		x.header(-1)
	}
	x.deliver(b)
	err := x.client.Flush()
	if err != nil && !errors.Is(err, http.ErrNotSupported) { // then the host's writer sends when it likes
		x.cut()
	}
	return b[:0]
}

// deliver gives the client what overflowed, and then b.
func (x *exchange) deliver(b []byte) {
	if x.client == nil {
		x.client = newClient(x.h, x.w, x.actor)
	}
	if s := x.overflow; s != nil {
		x.overflow = nil
		x.copy(s)
	}
	if _, err := x.client.Write(b); err != nil {
		x.cut()
	}
}

// copy gives the client the content of a spool, and removes the spool.
func (x *exchange) copy(s *spool) {
	defer s.remove()
	content, err := s.open()
	if err == nil {
		_, err = io.CopyBuffer(x.client, struct{ io.Reader }{content}, make([]byte, maxPiece))
	}
	if err != nil {
		x.cut()
	}
}

// cut ends an answer whose client went away or was cut off. It closes the connection, so
// that the client does not take what arrived for the whole answer.
func (x *exchange) cut() { panic(http.ErrAbortHandler) }

// header begins the answer. A negative length is unknown.
func (x *exchange) header(length int64) {
	x.sent = true
	x.setHeader("Content-Type", "application/json")
	if length >= 0 {
		x.setHeader("Content-Length", strconv.FormatInt(length, 10))
	}
	x.setHeader("X-Content-Type-Options", "nosniff")
	x.w.WriteHeader(x.status)
}

// usualHeaders is how many headers most answers have.
const usualHeaders = 8

// setHeader is Set of the header of the answer. It allocates once for all the headers
// of most answers.
func (x *exchange) setHeader(name, value string) {
	if x.headers == nil {
		x.headers = make([]string, 0, usualHeaders)
	}
	n := len(x.headers)
	x.headers = append(x.headers, value)
	x.w.Header()[http.CanonicalHeaderKey(name)] = x.headers[n : n+1 : n+1]
}

// finish ends an answer with the rest of its body. If making the answer failed before
// anything was sent, it returns that error.
func (x *exchange) finish(b []byte) error {
	x.releaseLarge()
	switch {
	case x.failed != nil:
		return x.abort(x.failed)
	case x.sent:
		x.flush(b)
	case x.overflow == nil && len(b) <= maxUnmeasured:
		x.header(int64(len(b)))
		_, _ = x.w.Write(b) // a client that went away is nobody's error
		return nil
	default:
		length := int64(len(b))
		if x.overflow != nil {
			length += x.overflow.size
		}
		x.header(length)
		x.flush(b)
	}
	x.client.done()
	return nil
}

// abort ends an answer that failed. It returns the error if nothing was sent yet, and
// else closes the connection.
func (x *exchange) abort(err error) error {
	if !x.sent {
		x.release()
		x.withdraw()
		x.overflow, x.failed = nil, nil
		return err
	}
	x.log(slog.LevelError, "answer broken off", err)
	panic(http.ErrAbortHandler)
}

// send answers with a JSON body.
func (x *exchange) send(status int, body []byte) {
	x.status = status
	_ = x.finish(body) // no element was read that could have failed
}

// respond answers with an item.
func respond[T any](x *exchange, item T, appendItem func([]byte, T) []byte) (err error) {
	x.status = x.operation.status
	x.h.buffered(func(b []byte) []byte {
		var none T
		one := item
		item = none // it may be large, and is not needed while the answer is sent
		b = appendItem(b, one)
		err = x.finish(b)
		return b
	})
	return err
}

// release frees what an answer holds.
func (x *exchange) release() {
	x.releaseLarge()
	if x.overflow != nil {
		x.overflow.remove()
	}
}
