package helpdesk_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestCallsRunDownwards: the files of the package form layers. No file calls one that
// calls it, by way of others or not, so that each can be read with what is below it.
func TestCallsRunDownwards(t *testing.T) {
	t.Parallel()
	calls := callsBetweenFiles(t)
	equal(t, calls["tickets.go"]["transaction.go"], true) // else nothing was found
	for len(calls) > 0 {
		lowest := slices.DeleteFunc(slices.Sorted(maps.Keys(calls)), func(file string) bool {
			return slices.ContainsFunc(slices.Collect(maps.Keys(calls[file])), func(callee string) bool { return calls[callee] != nil })
		})
		if len(lowest) == 0 {
			for _, file := range slices.Sorted(maps.Keys(calls)) {
				for _, callee := range slices.Sorted(maps.Keys(calls[file])) {
					if calls[callee] != nil {
						t.Errorf("%s calls %s, and is called by it", file, callee)
					}
				}
			}
			return
		}
		for _, file := range lowest {
			delete(calls, file)
		}
	}
}

// callsBetweenFiles returns which files use functions or methods of which others.
func callsBetweenFiles(t *testing.T) map[string]map[string]bool {
	t.Helper()
	names, err := filepath.Glob("*.go")
	check(t, err)
	set := token.NewFileSet()
	var files []*ast.File
	calls := map[string]map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		check(t, err)
		files = append(files, f)
		calls[name] = map[string]bool{}
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	// Other packages are not looked at: what is missing for that is no error.
	c := types.Config{Error: func(error) {}, FakeImportC: true}
	pkg, _ := c.Check("helpdesk", set, files, info)
	for use, object := range info.Uses {
		f, ok := object.(*types.Func)
		if !ok || f.Pkg() != pkg {
			continue
		}
		from, to := set.Position(use.Pos()).Filename, set.Position(f.Origin().Pos()).Filename
		if from != to {
			calls[from][to] = true
		}
	}
	return calls
}
