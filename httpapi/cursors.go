package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk"
)

// maxCursorPage is how many objects a page has at most that is read by cursor, since it is
// held in memory while it is sent.
const maxCursorPage = 1000

// cursorSum is the length of the sum in front of a cursor, in characters.
const cursorSum = 16

// unbound are the parameters that may change while a client follows cursors.
var unbound = []string{"cursor", "page_size", "count", "fields", "exclude"}

func invalidCursor() error { return newFailure(http.StatusNotFound, "Invalid cursor.") }

// byCursor reports whether the query asks for a page by cursor.
func (x *exchange) byCursor() bool {
	_, ok := x.arguments().all.get("cursor")
	return ok
}

// sealed returns the text of a cursor: a sum of the place and of everything that the
// cursor is bound to, and the place. The sum is no secret. It finds mistakes, and a
// client that forges one sees what it may see anyway, since every page checks permissions.
func (x *exchange) sealed(place string) string {
	a := x.arguments()
	var bound query
	for _, g := range a.all {
		if a.known[g.name] && !slices.Contains(unbound, g.name) {
			bound = append(bound, g)
		}
	}
	slices.SortStableFunc(bound, func(a, b argument) int { return strings.Compare(a.name, b.name) })
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %d %q %q", x.h.unprefixed(x.r.URL.Path), x.actor.ID, bound, place))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:cursorSum] + place
}

// cursor returns the cursor in the query.
func (x *exchange) cursor() (c helpdesk.Cursor, err error) {
	a := x.arguments()
	if _, paged := a.all.get("page"); paged {
		return c, badRequest("A list is read either by page or by cursor.")
	}
	text := a.last("cursor")
	if text == "" {
		return c, nil
	}
	place := text[min(cursorSum, len(text)):]
	if place == "" || text != x.sealed(place) || c.UnmarshalText([]byte(place)) != nil {
		return c, invalidCursor()
	}
	return c, nil
}

// cursorLink returns the URL of the page at a cursor, "" for none.
func (x *exchange) cursorLink(c helpdesk.Cursor) (string, error) {
	if c == (helpdesk.Cursor{}) {
		return "", nil
	}
	place, err := c.MarshalText()
	return x.listURL() + "?" + x.arguments().all.with("cursor", x.sealed(string(place))), err
}

// sendCursorPage answers with a page of a list that is read by cursor. The answer to HEAD
// has the links, so it reads the page too.
func sendCursorPage[T any](x *exchange, l *helpdesk.List[T], appendItem func([]byte, T) []byte) error {
	c, err := x.cursor()
	if err != nil {
		return err
	}
	items, before, behind, err := l.Find(x.reading(), c, min(x.pageSize(), maxCursorPage))
	if errors.Is(err, helpdesk.ErrInvalidCursor) {
		return invalidCursor()
	}
	if err != nil {
		return err
	}
	previous, err := x.cursorLink(before)
	if err != nil {
		return err
	}
	next, err := x.cursorLink(behind)
	if err != nil {
		return err
	}
	x.setLinks(previous, next)
	x.status = x.operation.status
	if x.r.Method == http.MethodHead {
		x.releaseLarge()
		x.header(-1)
		return nil
	}
	x.streams = true
	x.h.buffered(func(b []byte) []byte {
		b = appendLink(append(b, `{"next":`...), next)
		b = appendLink(append(b, `,"previous":`...), previous)
		b, err = sendFound(x, append(b, `,"results":[`...), items, appendItem)
		return b
	})
	return err
}

// sendFound appends elements and the end of a list to b, and returns the buffer.
func sendFound[T any](x *exchange, b []byte, items []T, appendItem func([]byte, T) []byte) ([]byte, error) {
	var none T
	for i, item := range items {
		items[i] = none // a large one is not kept until the others were sent
		if b = x.elementDone(appendItem(appendComma(b, i), item), maxFlush); x.failed != nil {
			break
		}
	}
	b = append(b, "]}"...)
	return b, x.finish(b)
}

// setLinks sets the Link header (RFC 8288).
func (x *exchange) setLinks(previous, next string) {
	var links []string
	if next != "" {
		links = append(links, "<"+next+`>; rel="next"`)
	}
	if previous != "" {
		links = append(links, "<"+previous+`>; rel="prev"`)
	}
	if len(links) > 0 {
		x.w.Header().Set("Link", strings.Join(links, ", "))
	}
}
