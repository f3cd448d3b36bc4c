package bench

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	random := rand.New(rand.NewPCG(0, 0))
	for _, c := range []struct {
		scenario string
		tickets  int
		page     int
	}{
		{"first25", 1000, 1}, {"middle25", 1000, 20}, {"last25", 1000, 40}, {"last25", 1010, 40},
		{"first25", 10, 1}, {"middle25", 10, 1}, {"last25", 10, 1}, {"last100", 1000, 10},
	} {
		request, err := NewRequest(c.scenario, c.tickets, random)
		if want := fmt.Sprintf("/api/tickets/?page=%d&", c.page); err != nil || !strings.HasPrefix(request.Path, want) {
			t.Errorf("%s of %d: %v, %v, want %s", c.scenario, c.tickets, request, err, want)
		}
	}
	for range 100 {
		request, err := NewRequest("page25", 100, random)
		var page int
		if _, scanErr := fmt.Sscanf(request.Path, "/api/tickets/?page=%d&page_size=25", &page); err != nil || scanErr != nil || page < 1 ||
			page > 4 {
			t.Fatalf("%v, %v", request, err)
		}
	}
}

func TestScenarioIsRefused(t *testing.T) {
	for _, scenario := range []string{"", "page", "page0", "25", "pages25", "page-1", "page25x", "Get"} {
		if r, err := NewRequest(scenario, 10, rand.New(rand.NewPCG(0, 0))); err == nil {
			t.Errorf("%q: %+v", scenario, r)
		}
	}
}
