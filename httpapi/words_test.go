package httpapi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/go-helpdesk/helpdesk/problem"
)

// TestEveryReasonHasAnEnglishText: that of Taken depends on the route.
func TestEveryReasonHasAnEnglishText(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "problem", "reason.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	reasons := 0
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok {
			return true
		}
		reason, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		reasons++
		if r := problem.Reason(reason); english[r] == "" && r != problem.Taken {
			t.Errorf("%q has none", reason)
		}
		return true
	})
	if reasons <= len(english) { // one more, Taken
		t.Errorf("%d reasons were found, and %d have a text", reasons, len(english))
	}
}
