package httpapi

import (
	"math"
	"net/http"
	"runtime"
	"strconv"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
)

// defaultPage is the size of a page where a client asks for pages without
// saying how large, as in the reference.
const defaultPage = 25

// A page of a usual size goes to the client in one piece, a long list as it is read,
// and its start at once.
const (
	longList  = 100 // elements
	firstPart = 8 << 10
	listPart  = 3 * bufferSize

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

// sendList answers with a page of a list or all of it, as it is read. A failure on the
// way aborts the connection, so that what arrived is no JSON. The answer to HEAD needs
// no elements.
func sendList[T any](x *exchange, l *helpdesk.List[T], appendItem func([]byte, T) []byte) error {
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
	if x.r.Method == http.MethodHead { // nothing is read, so the length is not known
		x.header(-1)
		return nil
	}
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

// sendItems ends a list that begins with b, and returns the buffer.
func sendItems[T any](x *exchange, b []byte, list *helpdesk.Page[T], appendItem func([]byte, T) []byte) ([]byte, error) {
	n, part := 0, listPart
	if list.Len > longList {
		part = firstPart
	}
	for item, err := range list.Items(x.reading()) {
		if err != nil {
			return b, x.abort(err)
		}
		if n > 0 {
			b = append(b, ',')
		}
		if n++; n%turn == 0 {
			runtime.Gosched()
		}
		if b = x.element(appendItem(b, item), part); len(b) == 0 {
			part = listPart
		}
		if x.broken != nil {
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
