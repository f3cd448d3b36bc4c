package httpapi

import (
	"math"
	"net/http"

	"github.com/go-helpdesk/helpdesk"
)

// counted reports whether the answer has the count of the list.
func (x *exchange) counted() (bool, error) {
	text := x.arguments().last("count")
	if text == "" {
		return true, nil
	}
	counted, _, err := truthOf(x, "count", text)
	if err != nil {
		return false, err
	}
	return counted, x.arguments().problems.Err()
}

// uncounted returns the number and the size of the page that a client asked for, where
// nobody knows how many there are. Size 0 is the complete list.
func (x *exchange) uncounted() (current, size int, err error) {
	if !x.paged() {
		return 1, 0, nil
	}
	number := x.arguments().last("page")
	if number == "last" {
		return 0, 0, badRequest("The last page is not known without a count.")
	}
	current, ok := currentPage(number)
	size = x.pageSize()
	if !ok || current > math.MaxInt/size {
		return 0, 0, invalidPage()
	}
	return current, size, nil
}

// sendUncounted is sendList without the count. The answer to HEAD reads the page too, to
// learn whether there is one.
func sendUncounted[T any](x *exchange, l *helpdesk.List[T], appendItem func([]byte, T) []byte) error {
	current, size, err := x.uncounted()
	if err != nil {
		return err
	}
	list, more, err := l.PageUncounted(x.reading(), helpdesk.Window{Offset: (current - 1) * size, Limit: size})
	if err != nil {
		return err
	}
	if list.Len == 0 && current > 1 {
		return invalidPage()
	}
	p := x.linked(current, size, more)
	x.status = x.operation.status
	if x.r.Method == http.MethodHead {
		x.releaseLarge()
		x.header(-1)
		return nil
	}
	x.streams = true
	x.h.buffered(func(b []byte) []byte {
		b = appendLink(append(b, `{"next":`...), p.next)
		b = appendLink(append(b, `,"previous":`...), p.previous)
		b, err = sendItems(x, append(b, `,"results":[`...), list, appendItem)
		return b
	})
	return err
}
