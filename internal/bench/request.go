package bench

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// Request is a GET, or a POST if there is a body.
type Request struct{ Path, Body string }

// NewRequest returns a request of a scenario: get, list, create, followup, or page25,
// first25, middle25 and last25, also with other sizes than 25. The ticket or the page is
// random, unless the scenario names the page.
func NewRequest(scenario string, tickets int, random *rand.Rand) (Request, error) {
	const list = "/api/tickets/"
	id := 1 + random.IntN(tickets)
	switch scenario {
	case "get":
		return Request{Path: fmt.Sprintf("%s%d/", list, id)}, nil
	case "list":
		return Request{Path: list + "?page_size=100000000"}, nil
	case "create":
		return Request{list, fmt.Sprintf(`{"queue":%d,"title":"Printer %d does not answer",`+
			`"description":"It prints \"error %d\" and stops.\nPlease help.","submitter_email":"user%d@example.com",`+
			`"priority":%d,"status":1,"custom_company":"Company %d","custom_seats":%d,"custom_tier":"gold"}`,
			1+id%2, id, id%1000, id%500, 1+id%5, id%200, id%50)}, nil
	case "followup":
		return Request{"/api/followups/",
			fmt.Sprintf(`{"ticket":%d,"user":2,"title":"Comment","comment":"We had another look: it answers on port %d.","public":true}`,
				id, 9000+id%1000)}, nil
	}
	place := strings.TrimRight(scenario, "0123456789")
	size, err := strconv.Atoi(scenario[len(place):])
	if err != nil || size < 1 {
		return Request{}, errScenario(scenario)
	}
	last := max(1, tickets/size)
	page := 0
	switch place {
	case "page":
		page = 1 + random.IntN(last)
	case "first":
		page = 1
	case "middle":
		page = (1 + last) / 2
	case "last":
		page = last
	default:
		return Request{}, errScenario(scenario)
	}
	return Request{Path: fmt.Sprintf("%s?page=%d&page_size=%d", list, page, size)}, nil
}

func errScenario(scenario string) error {
	return fmt.Errorf("scenario %q: want get, page25, first25, middle25, last25 or of another size, list, create or followup", scenario)
}
