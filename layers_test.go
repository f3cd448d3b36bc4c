package helpdesk_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"regexp"
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

// TestArchitecturePageHasTheLayers checks that docs/architecture.md lists every file of the
// package once, and that a file calls only files in the rows above its own.
func TestArchitecturePageHasTheLayers(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("docs", "architecture.md"))
	check(t, err)
	for _, message := range compareLayers(string(page), callsBetweenFiles(t)) {
		t.Error(message)
	}
}

// TestArchitecturePageNoticesCalls checks that the comparison fails when the page or the
// calls change.
func TestArchitecturePageNoticesCalls(t *testing.T) {
	t.Parallel()
	const page = "| 1 | `a.go`, `b.go` | x |\n| 2 | `c.go` | x |\n"
	type calls = map[string]map[string]bool
	if messages := compareLayers(page, calls{"a.go": {}, "b.go": {}, "c.go": {"a.go": true}}); len(messages) > 0 {
		t.Errorf("without a difference: %q", messages)
	}
	for name, messages := range map[string][]string{
		"a call to a lower row":     compareLayers(page, calls{"a.go": {"c.go": true}, "b.go": {}, "c.go": {}}),
		"a call in a row":           compareLayers(page, calls{"a.go": {"b.go": true}, "b.go": {}, "c.go": {}}),
		"a file that is not listed": compareLayers(page, calls{"a.go": {}, "b.go": {}, "c.go": {}, "d.go": {}}),
		"a file that is gone":       compareLayers(page, calls{"a.go": {}, "b.go": {}}),
		"a file listed twice":       compareLayers(page+"| 3 | `a.go` | x |\n", calls{"a.go": {}, "b.go": {}, "c.go": {}}),
	} {
		if len(messages) == 0 {
			t.Errorf("%s: not noticed", name)
		}
	}
}

var (
	layerRow = regexp.MustCompile(`(?m)^\| [0-9]+ \| ([^|]+) \|`)
	fileName = regexp.MustCompile("`([a-z]+\\.go)`")
)

// compareLayers returns in what the table of layers on a page differs from the calls
// between files.
func compareLayers(page string, calls map[string]map[string]bool) (messages []string) {
	report := func(text ...string) { messages = append(messages, "docs/architecture.md: "+strings.Join(text, "")) }
	rows := map[string]int{} // by file
	for i, row := range layerRow.FindAllStringSubmatch(page, -1) {
		for _, name := range fileName.FindAllStringSubmatch(row[1], -1) {
			file := name[1]
			if rows[file] != 0 {
				report(file, " is listed twice")
			}
			if calls[file] == nil {
				report(file, " does not exist")
			}
			rows[file] = i + 1
		}
	}
	for _, file := range slices.Sorted(maps.Keys(calls)) {
		if rows[file] == 0 {
			report(file, " is missing")
		}
		for _, callee := range slices.Sorted(maps.Keys(calls[file])) {
			if rows[callee] >= rows[file] {
				report(file, " calls ", callee, ", which is not in a row above")
			}
		}
	}
	return messages
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
