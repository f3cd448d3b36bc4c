package httpapi_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// TestTheContractPageHasEveryKey of every JSON object that GET answers.
func TestTheContractPageHasEveryKey(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "docs", "contract.md"))
	check(t, err)
	a := newPopulated(t, httpapi.Config{})
	a.call(t, "admin", "PATCH", "/api/users/1/", `{"permissions":["manage_users"],"queues":[1]}`).is(t, 200, "")
	a.call(t, "staff", "PATCH", "/api/tickets/1/", `{"on_hold":true}`).is(t, 200, "")
	for _, rt := range routes {
		if rt.path == "/api/" || strings.HasSuffix(rt.path, "/download/") || !strings.HasPrefix(rt.allow, "GET") {
			continue
		}
		for key := range keysOf(a.call(t, rt.reader, "GET", rt.path, "").is(t, 200, "").object(t)) {
			if !strings.HasPrefix(key, "custom_") && !strings.Contains(string(page), "`"+key+"`") &&
				!strings.Contains(string(page), `"`+key+`":`) {
				t.Errorf("docs/contract.md does not have the key %s of %s", key, rt.path)
			}
		}
	}
}

// keysOf returns the keys of an object, and of what is in it.
func keysOf(v any) map[string]bool {
	keys := map[string]bool{}
	var collect func(v any)
	collect = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, member := range v {
				keys[key] = true
				collect(member)
			}
		case []any:
			for _, element := range v {
				collect(element)
			}
		}
	}
	collect(v)
	return keys
}
