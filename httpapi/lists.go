package httpapi

import (
	"errors"
	"iter"
	"log/slog"
	"math"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
)

// defaultPage is the size of a page where a client asks for pages without
// saying how large, as in the reference.
const defaultPage = 25

// How much of an answer is collected before it is sent on: a page of a usual size goes
// in one piece, a long list as it is read, and its start at once.
const (
	longList  = 100 // elements
	firstPart = 8 << 10
	nextPart  = largestBuffer

	// Several who read long lists would keep another waiting until each has had its
	// time: they take turns of so many elements.
	turn = 16
)

// page is the part of a list that a client asked for.
type page struct {
	offset, limit  int    // limit 0 is the complete list
	next, previous string // links, "" for none
}

// page resolves the parameters of a list of count elements.
func (x *exchange) page(count int) (page, error) {
	q := parseQuery(x.r.URL.RawQuery)
	number, paged := q.get("page")
	sizeText, sized := q.get("page_size")
	if !paged && !sized && x.h.config.PageSize == 0 {
		return page{}, nil
	}
	size := defaultPage
	if n, ok := pageNumber(sizeText); sized && ok && n > 0 {
		size = n
	} else if !sized && x.h.config.PageSize > 0 {
		size = x.h.config.PageSize
	}
	pages := max(1, count/size+min(1, count%size))
	current, ok := 1, true
	switch number {
	case "":
	case "last":
		current = pages
	default:
		current, ok = pageNumber(number)
	}
	if !ok || current < 1 || current > pages {
		return page{}, &failure{status: http.StatusNotFound, detail: "Invalid page."}
	}
	p := page{offset: (current - 1) * size, limit: size}
	url := x.base() + x.h.unprefixed(x.r.URL.EscapedPath()) + "/"
	if current < pages {
		p.next = url + "?" + q.with("page", strconv.Itoa(current+1))
	}
	switch {
	case current > 2:
		p.previous = url + "?" + q.with("page", strconv.Itoa(current-1))
	case current == 2 && sized:
		p.previous = url + "?" + q.with("page", "")
	case current == 2: // without a size, no page would mean the complete list
		p.previous = url + "?" + q.with("page", "1")
	}
	return p, nil
}

// pageNumber reads ASCII digits; what is beyond every page is the largest number.
func pageNumber(s string) (int, bool) {
	if !isDigits(s) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		n = math.MaxInt
	}
	return n, true
}

// sendList answers with a page of a list or all of it, as it is read. A
// failure on the way aborts the connection, so that what arrived is no JSON.
func sendList[T any](x *exchange, l *helpdesk.List[T], appendItem func([]byte, T) []byte) error {
	p, err := x.page(l.Count)
	if err != nil {
		return err
	}
	if x.r.Method == http.MethodHead {
		x.sendHead()
		return nil
	}
	x.h.buffered(func(b []byte) []byte {
		b = strconv.AppendInt(append(b, `{"count":`...), int64(l.Count), 10)
		b = appendLink(append(b, `,"next":`...), p.next)
		b = appendLink(append(b, `,"previous":`...), p.previous)
		part := nextPart
		if l.Len(p.offset, p.limit) > longList {
			part = firstPart
		}
		b, err = sendItems(x, append(b, `,"results":[`...), l.Items(p.offset, p.limit), part, appendItem)
		return b
	})
	return err
}

// sendItems ends a list that begins with b, with a first part of some size, and returns
// the buffer.
func sendItems[T any](x *exchange, b []byte, items iter.Seq2[T, error], part int, appendItem func([]byte, T) []byte) ([]byte, error) {
	n := 0
	for item, err := range items {
		if err != nil {
			return b, x.abort(err)
		}
		if n > 0 {
			b = append(b, ',')
		}
		if n++; n%turn == 0 {
			runtime.Gosched()
		}
		if b = appendItem(b, item); len(b) < part {
			continue
		}
		if err := x.flush(b); err != nil {
			return b, nil // the client went away
		}
		b, part = b[:0], nextPart
	}
	b = append(b, "]}"...)
	if !x.sent {
		x.send(http.StatusOK, b)
		return b, nil
	}
	_ = x.flush(b)
	_ = http.NewResponseController(x.w).SetWriteDeadline(time.Time{}) // the connection goes on
	return b, nil
}

// abort ends a list that failed: with an answer while there is none yet.
func (x *exchange) abort(err error) error {
	if !x.sent {
		return err
	}
	x.log(slog.LevelError, "list broken off", err)
	panic(http.ErrAbortHandler)
}

// flush sends a part of a body of unknown length.
func (x *exchange) flush(b []byte) error {
	if !x.sent {
		x.sent = true
		x.w.Header().Set("Content-Type", "application/json")
		x.w.Header().Set("X-Content-Type-Options", "nosniff")
		x.w.WriteHeader(http.StatusOK)
	}
	out := http.NewResponseController(x.w)
	_ = out.SetWriteDeadline(time.Now().Add(x.h.config.WriteTimeout)) // where the host's writer can
	if _, err := x.w.Write(b); err != nil {
		return err
	}
	err := out.Flush()
	if errors.Is(err, http.ErrNotSupported) { // the host's writer sends when it likes
		return nil
	}
	return err
}

func appendLink(b []byte, url string) []byte {
	if url == "" {
		return append(b, "null"...)
	}
	return jsontext.String(b, url)
}
