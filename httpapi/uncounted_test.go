package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// TestPagesWithoutACount are those with a count otherwise, of every list.
func TestPagesWithoutACount(t *testing.T) {
	t.Parallel()
	a := newLists(t)
	for _, l := range allLists {
		for _, page := range []string{
			"", "page=1", "page=2", "page_size=1", "page_size=1&page=2", "page_size=1&page=3", "page_size=2&page=2", "page_size=3",
			"page_size=500", "page=0", "page=99", "page=x", "page=", "page=9223372036854775807&page_size=9223372036854775807",
			"page_size=9223372036854775807",
		} {
			url := "/api/" + l.path + "&" + page
			want := a.call(t, l.as, "GET", url, "")
			got := a.call(t, l.as, "GET", url+"&count=false", "")
			text := want.Body.String()
			if rest, ok := strings.CutPrefix(text, `{"count":`); ok {
				_, rest, _ = strings.Cut(rest, ",")
				text = "{" + rest
			}
			if same := strings.ReplaceAll(got.Body.String(), "count=false&", ""); got.Code != want.Code || same != text {
				t.Errorf("%s\ngot  %s\nwant %s", url, same, text)
			}
			equal(t, a.call(t, l.as, "HEAD", url+"&count=false", "").Code, want.Code)
		}
	}
}

// TestLongListsWithoutACount are read in several parts.
func TestLongListsWithoutACount(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{}, 450)
	for _, c := range []struct {
		query    string
		from, to int64
		next     bool
	}{
		{"", 1, 450, false}, {"&page_size=300", 1, 300, true}, {"&page_size=300&page=2", 301, 450, false},
		{"&page_size=450", 1, 450, false}, {"&page_size=449", 1, 449, true}, {"&page_size=225&page=2", 226, 450, false},
		{"&page_size=1000", 1, 450, false},
		{"&page_size=200&ordering=id", 1, 200, true},
	} {
		got := a.call(t, "staff", "GET", tickets+"?count=false&fields=id"+c.query, "").is(t, http.StatusOK, "")
		ids := got.list(t)
		if int64(len(ids)) != c.to-c.from+1 || ids[0] != c.from || ids[len(ids)-1] != c.to || (got.object(t)["next"] != nil) != c.next {
			t.Errorf("%s: got %d from %d, next %v", c.query, len(ids), ids[0], got.object(t)["next"])
		}
	}
}

func TestACountIsABoolean(t *testing.T) {
	t.Parallel()
	a := newPages(t, httpapi.Config{StrictQuery: true, PageSize: 1}, 3)
	for _, yes := range []string{"true", "1", ""} {
		equal(t, a.call(t, "staff", "GET", tickets+"?fields=id&count="+yes, "").object(t)["count"], any(3.0))
	}
	for _, no := range []string{"false", "0", "no"} {
		a.call(t, "staff", "GET", tickets+"?fields=id&count="+no, "").is(t, http.StatusOK, fmt.Sprintf(
			`{"next":"http://example.com/api/tickets/?count=%s&fields=id&page=2","previous":null,"results":[{"id":1}]}`, no))
	}
	a.call(t, "staff", "GET", tickets+"?count=x", "").is(t, http.StatusBadRequest, `{"count":["Must be a valid boolean."]}`)
	a.call(t, "staff", "GET", tickets+"?count=false&page=last", "").is(t, http.StatusBadRequest,
		detail("The last page is not known without a count."))
	a.call(t, "staff", "GET", "/api/tickets/1/?count=false", "").is(t, http.StatusBadRequest, `{"count":["There is no such parameter."]}`)
}

// TestNothingIsCountedWithoutACount, nor by cursor.
func TestNothingIsCountedWithoutACount(t *testing.T) {
	t.Parallel()
	c := newCounted(t)
	c.fill(t, 4, 1)
	counts := func(path string) (n int) {
		c.take(t, "GET", path, "")
		for _, s := range c.statements {
			if strings.Contains(s, "COUNT(") || strings.Contains(s, "helpdesk_ticket_count") {
				n++
			}
		}
		return n
	}
	for _, path := range []string{"tickets", "followups", "followups-attachments", "users", "user_tickets"} {
		path = "/api/" + path + "/?page_size=2"
		if counts(path) == 0 {
			t.Errorf("%s does not count", path)
		}
		equal(t, counts(path+"&count=false"), 0)
		equal(t, counts(path+"&cursor="), 0)
	}
}
