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

// An answer is collected in a buffer. What becomes too large for that goes to the
// client, if the rest of what is in memory is small, and to a temporary file until it
// can be sent, if it is large. So the memory that an answer takes while its client
// reads it is bounded, whatever is stored.
const (
	maxBuffers   = 16        // that are kept for other answers
	bufferSize   = 128 << 10 // of a full buffer
	maxBuffer    = 4 * bufferSize
	textPiece    = 32 << 10 // of a text that is appended piece by piece
	unmeasured   = 64 << 10 // of an answer that a connection takes at once
	maxLarge     = 1        // how many elements that are large are in memory at the same time
	maxLargeWait = 30 * time.Second
)

// buffered calls use with an empty buffer, and uses what it returns again. Unlike those
// of a sync.Pool, buffers are not given up at each collection, of which large answers
// cause many.
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

// reading is the context in which the desk reads what is answered.
func (x *exchange) reading() context.Context {
	if x.ctx == nil {
		x.ctx = helpdesk.WithLarge(x.r.Context(), x.admitLarge)
	}
	return x.ctx
}

// admitLarge waits until one more large element may be in memory. Let it go with
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

// text appends a text as a JSON string. Of a long one, b has but the end afterwards.
func (x *exchange) text(b []byte, s string) []byte {
	if len(s) <= textPiece {
		return jsontext.String(b, s)
	}
	b = append(b, '"')
	for len(s) > 0 {
		end := min(len(s), textPiece)
		for n := 0; n < utf8.UTFMax && end < len(s) && !utf8.RuneStart(s[end]); n++ {
			end--
		}
		if b = jsontext.Inner(b, s[:end]); len(b) >= bufferSize {
			b = x.overflow(b)
		}
		s = s[end:]
	}
	return append(b, '"')
}

// overflow empties a buffer that is full in the midst of an element.
func (x *exchange) overflow(b []byte) []byte {
	if x.streams && !x.large && x.aside == nil {
		return x.flush(b)
	}
	if x.aside == nil {
		x.aside = &spool{}
	}
	if _, err := x.aside.Write(b); err != nil && x.broken == nil {
		x.broken = err
	}
	return b[:0]
}

// element is called behind each element of an answer that is streamed. It sends what
// there is when that is much.
func (x *exchange) element(b []byte, part int) []byte {
	if x.broken != nil {
		return b
	}
	if x.large || x.aside != nil || len(b) >= part {
		return x.flush(b)
	}
	return b
}

// flush sends what there is of a body of unknown length, and returns the empty buffer.
func (x *exchange) flush(b []byte) []byte {
	x.releaseLarge()
	if x.broken != nil {
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

// deliver gives the client what was put aside, and then b.
func (x *exchange) deliver(b []byte) {
	if x.client == nil {
		x.client = newClient(x.h, x.w, x.actor)
	}
	if s := x.aside; s != nil {
		x.aside = nil
		x.copy(s)
	}
	if _, err := x.client.Write(b); err != nil {
		x.cut()
	}
}

// copy gives the client what is in a spool, and removes that.
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

// cut ends an answer whose client went away or was cut off. The connection is closed,
// so that what arrived is not taken for all of it.
func (x *exchange) cut() { panic(http.ErrAbortHandler) }

// header begins the answer. A length below 0 is not known.
func (x *exchange) header(length int64) {
	x.sent = true
	h := x.w.Header()
	h.Set("Content-Type", "application/json")
	if length >= 0 {
		h.Set("Content-Length", strconv.FormatInt(length, 10))
	}
	h.Set("X-Content-Type-Options", "nosniff")
	x.w.WriteHeader(x.status)
}

// finish ends an answer with what is left of its body. What went wrong on the way is
// returned while there is no answer yet.
func (x *exchange) finish(b []byte) error {
	x.releaseLarge()
	switch {
	case x.broken != nil:
		return x.abort(x.broken)
	case x.sent:
		x.flush(b)
	case x.aside == nil && len(b) <= unmeasured:
		x.header(int64(len(b)))
		_, _ = x.w.Write(b) // a client that went away is nobody's error
		return nil
	default:
		length := int64(len(b))
		if x.aside != nil {
			length += x.aside.size
		}
		x.header(length)
		x.flush(b)
	}
	x.client.done()
	return nil
}

// abort ends an answer that failed: with another answer while there is none yet.
func (x *exchange) abort(err error) error {
	if !x.sent {
		x.release()
		x.aside, x.broken = nil, nil
		return err
	}
	x.log(slog.LevelError, "answer broken off", err)
	panic(http.ErrAbortHandler)
}

// send answers with a JSON body.
func (x *exchange) send(status int, body []byte) {
	x.status = status
	_ = x.finish(body) // nothing can have gone wrong on the way
}

// respond answers with an item.
func respond[T any](x *exchange, item T, appendItem func([]byte, T) []byte) (err error) {
	x.status = x.operation.status
	x.h.buffered(func(b []byte) []byte {
		var none T
		one := item
		item = none // which may be large, and is not needed for as long as it is sent
		b = appendItem(b, one)
		err = x.finish(b)
		return b
	})
	return err
}

// release lets go of what an answer has taken.
func (x *exchange) release() {
	x.releaseLarge()
	if x.aside != nil {
		x.aside.remove()
	}
}
