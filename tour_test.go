package helpdesk_test

import (
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
)

// TestTheTourNamesEveryUseCase: the documentation of the package has a link to each
// method of a desk, once, and no link to one that does not exist.
func TestTheTourNamesEveryUseCase(t *testing.T) {
	t.Parallel()
	f, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	check(t, err)
	tour := f.Doc.Text()
	methods := 0
	for method := range reflect.TypeFor[*helpdesk.Desk]().Methods() {
		methods++
		if n := strings.Count(tour, "[Desk."+method.Name+"]"); n != 1 {
			t.Errorf("%s is there %d times", method.Name, n)
		}
	}
	equal(t, strings.Count(tour, "[Desk."), methods)
}
