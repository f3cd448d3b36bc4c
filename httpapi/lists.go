package httpapi

import (
	"math"
	"net/http"
	"runtime"
	"slices"
	"strconv"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
)

// defaultPageSize is the size of a page when a client asks for pages of no certain size.
const defaultPageSize = 25

// A page of a usual size goes to the client in one piece. A long list goes as it is read,
// and its first elements at once.
const (
	minLongList = 100     // how many elements a long list has at least
	firstFlush  = 8 << 10 // when the first elements of a long list are sent, in bytes
	maxFlush    = 3 * bufferSize

	// Goroutines that write long lists would keep others waiting until the scheduler
	// stops them, so they yield after this many elements.
	yieldAfter = 16
)

// page is the part of a list that a client asked for.
type page struct {
	offset, limit  int    // limit 0 is the complete list
	next, previous string // links, "" for none
}

// pageParameters choose a part of a list.
var pageParameters = []parameter{
	{name: "page", kind: kindText, about: `The number of a page, from 1, or "last".`},
	{name: "page_size", kind: kindInteger, about: "How many objects a page has; 25 unless it is a positive number."},
	{name: "cursor", kind: kindText,
		about: "Where a page begins, as its link has it; empty for the first page. Such a page has no count."},
	{name: "count", kind: kindBoolean, about: "Whether a page has the count of the whole list; true unless it is false."},
}

// queryOf returns the parameters of a list of objects: some of its own, and those of all
// lists.
func queryOf(s *schema, own ...parameter) []parameter {
	return slices.Concat(own, pageParameters, fieldParameters(s))
}

// paged reports whether the client gets a page, and not the complete list.
func (x *exchange) paged() bool {
	q := x.arguments().all
	_, numbered := q.get("page")
	_, sized := q.get("page_size")
	return numbered || sized || x.h.config.PageSize > 0
}

// page returns the page that a client asked for, of a list of count elements.
func (x *exchange) page(count int) (page, error) {
	if !x.paged() {
		return page{}, nil
	}
	number := x.arguments().last("page")
	size := x.pageSize()
	pages := max(1, count/size+min(1, count%size))
	current, ok := pages, true
	if number != "last" {
		current, ok = currentPage(number)
	}
	if !ok || current > pages {
		return page{}, invalidPage()
	}
	return x.linked(current, size, current < pages), nil
}

func invalidPage() error { return newFailure(http.StatusNotFound, "Invalid page.") }

// currentPage reads the number of a page, from 1.
func currentPage(number string) (int, bool) {
	if number == "" {
		return 1, true
	}
	n, ok := pageNumber(number)
	return n, ok && n >= 1
}

// linked returns a page with its links.
func (x *exchange) linked(current, size int, more bool) page {
	p := page{offset: (current - 1) * size, limit: size}
	q, url := x.arguments().all, x.listURL()
	_, sized := q.get("page_size")
	if more {
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
	return p
}

// pageSize returns how many objects a page has.
func (x *exchange) pageSize() int {
	text, sized := x.arguments().all.get("page_size")
	if n, ok := pageNumber(text); sized && ok && n > 0 {
		return n
	}
	if !sized && x.h.config.PageSize > 0 {
		return x.h.config.PageSize
	}
	return defaultPageSize
}

// listURL returns the URL of the list, without a query.
func (x *exchange) listURL() string { return x.base() + x.h.unprefixed(x.r.URL.EscapedPath()) + "/" }

// pageNumber reads a number in ASCII digits. One that is too large for an int becomes
// the largest int.
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

// sendList answers with a page of a list, or with all of it, as it is read. A failure
// after the answer has begun closes the connection, so that what arrived is not JSON.
// The answer to HEAD reads no elements.
func sendList[T any](x *exchange, l *helpdesk.List[T], appendItem func([]byte, T) []byte) error {
	if x.byCursor() {
		return sendCursorPage(x, l, appendItem)
	}
	if counted, err := x.counted(); err != nil {
		return err
	} else if !counted {
		return sendUncounted(x, l, appendItem)
	}
	ctx := x.reading()
	var p page
	if x.r.Method == http.MethodHead {
		count, err := l.Count(ctx)
		if err == nil {
			_, err = x.page(count)
		}
		if err == nil {
			x.status = x.operation.status
			x.header(-1)
		}
		return err
	}
	list, err := l.Page(ctx, func(count int) (w helpdesk.Window, err error) {
		p, err = x.page(count)
		return helpdesk.Window{Offset: p.offset, Limit: p.limit}, err
	})
	if err != nil {
		return err
	}
	x.status = x.operation.status
	x.streams = true
	x.h.buffered(func(b []byte) []byte {
		b = strconv.AppendInt(append(b, `{"count":`...), int64(list.Count), 10)
		b = appendLink(append(b, `,"next":`...), p.next)
		b = appendLink(append(b, `,"previous":`...), p.previous)
		b, err = sendItems(x, append(b, `,"results":[`...), list, appendItem)
		return b
	})
	return err
}

// sendTable answers with a list of what a table describes.
func sendTable[T any](x *exchange, t *table[T], l *helpdesk.List[T]) error {
	if err := x.arguments().readKeys(&t.schema, nil); err != nil {
		return err
	}
	if err := x.settle(); err != nil {
		return err
	}
	return sendList(x, l, t.appender(x))
}

// sendItems appends the elements of a list and its end to b, and returns the buffer.
func sendItems[T any](x *exchange, b []byte, list *helpdesk.Page[T], appendItem func([]byte, T) []byte) ([]byte, error) {
	n, flushAt := 0, maxFlush
	if list.Len > minLongList {
		flushAt = firstFlush
	}
	for item, err := range list.Items(x.reading()) {
		if err != nil {
			return b, x.abort(err)
		}
		b = appendComma(b, n)
		if n++; n%yieldAfter == 0 {
			runtime.Gosched()
		}
		if b = x.elementDone(appendItem(b, item), flushAt); len(b) == 0 {
			flushAt = maxFlush
		}
		if x.failed != nil {
			break
		}
	}
	b = append(b, "]}"...)
	return b, x.finish(b)
}

func appendLink(b []byte, url string) []byte {
	if url == "" {
		return append(b, "null"...)
	}
	return jsontext.String(b, url)
}
