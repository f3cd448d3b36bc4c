package bench

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Request is a GET, or a POST when there is a body.
type Request struct{ Path, Body string }

// NewRequest makes a request of a scenario, which is get, page25 or another
// size, list, create or followup. It is about a ticket or a page by chance.
func NewRequest(scenario string, tickets int, random *rand.Rand) (Request, error) {
	const list = "/api/tickets/"
	id := 1 + random.IntN(tickets)
	switch scenario {
	case "get":
		return Request{Path: fmt.Sprintf("%s%d/", list, id)}, nil
	case "list":
		return Request{Path: list + "?page_size=100000000"}, nil
	case "create":
		return Request{list, fmt.Sprintf(`{"queue":%d,"title":"Printer %d does not answer","description":"It prints \"error %d\" and stops.\nPlease help.",`+
			`"submitter_email":"user%d@example.com","priority":%d,"status":1,"custom_company":"Company %d","custom_seats":%d,"custom_tier":"gold"}`,
			1+id%2, id, id%1000, id%500, 1+id%5, id%200, id%50)}, nil
	case "followup":
		return Request{"/api/followups/", fmt.Sprintf(`{"ticket":%d,"user":2,"title":"Comment","comment":"We had another look: it answers on port %d.","public":true}`, id, 9000+id%1000)}, nil
	}
	size, err := strconv.Atoi(strings.TrimPrefix(scenario, "page"))
	if err != nil || size < 1 {
		return Request{}, fmt.Errorf("scenario %q: want get, page25 or the like, list, create or followup", scenario)
	}
	return Request{Path: fmt.Sprintf("%s?page=%d&page_size=%d", list, 1+random.IntN(max(1, tickets/size)), size)}, nil
}
