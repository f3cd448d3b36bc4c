package helpdesk_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const modulePath = "github.com/go-helpdesk/helpdesk"

// imports has, for each package of the module, the packages of the module that its
// files import, tests aside. The root package is called helpdesk, and every other
// package by its directory.
type imports map[string]map[string]bool

// TestArchitecturePage checks that docs/architecture.md shows the packages as they are:
// the tables list every package with its direct imports, a package imports only
// packages that are listed above it, and the picture shows the imports of the first
// table, without those that follow from others.
func TestArchitecturePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("docs", "architecture.md"))
	check(t, err)
	actual := moduleImports(t, ".")
	for _, message := range compareArchitecture(string(page), actual) {
		t.Error(message)
	}
}

// TestArchitecturePageNoticesChanges checks that the comparison fails when the page or
// the imports change.
func TestArchitecturePageNoticesChanges(t *testing.T) {
	t.Parallel()
	const page = "## Packages\n| `a` | none | x |\n| `b` | `a` | x |\n| `c` | `a`, `b` | x |\n" +
		"## Tests\n| `d` | `c` | x |\n```mermaid\ngraph TD\n  b --> a\n  c --> b\n```\n"
	graph := func(edges string) imports {
		g := imports{"a": {}, "b": {}, "c": {}, "d": {}}
		for edge := range strings.FieldsSeq(edges) {
			g[edge[:1]][edge[1:]] = true
		}
		return g
	}
	const edges = "ba ca cb dc"
	if messages := compareArchitecture(page, graph(edges)); len(messages) > 0 {
		t.Errorf("without a difference: %q", messages)
	}
	withPackage, withoutPackage := graph(edges), graph(edges)
	withPackage["e"] = map[string]bool{}
	delete(withoutPackage, "d")
	for name, messages := range map[string][]string{
		"import added":              compareArchitecture(page, graph(edges+" da")),
		"import removed":            compareArchitecture(page, graph("ba cb dc")),
		"import upwards":            compareArchitecture(page, graph(edges+" ac")),
		"import of test support":    compareArchitecture(page, graph(edges+" cd")),
		"package added":             compareArchitecture(page, withPackage),
		"package removed":           compareArchitecture(page, withoutPackage),
		"arrow added to the page":   compareArchitecture(strings.Replace(page, "c --> b", "c --> b\n  c --> a", 1), graph(edges)),
		"arrow removed on the page": compareArchitecture(strings.Replace(page, "  c --> b\n", "", 1), graph(edges)),
		"row removed on the page":   compareArchitecture(strings.Replace(page, "| `d` | `c` | x |\n", "", 1), graph(edges)),
		"row moved on the page": compareArchitecture(strings.Replace(page, "| `a` | none | x |\n", "", 1)+"| `a` | none | x |\n",
			graph(edges)),
	} {
		if len(messages) == 0 {
			t.Errorf("%s: not noticed", name)
		}
	}
}

var (
	packageRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]*) \\|")
	arrow      = regexp.MustCompile(`(?m)^\s+([^\s]+) --> ([^\s]+)$`)
)

// compareArchitecture returns how the page differs from the imports.
func compareArchitecture(page string, actual imports) (messages []string) {
	report := func(text ...string) { messages = append(messages, "docs/architecture.md: "+strings.Join(text, "")) }
	product, support, _ := strings.Cut(page, "\n## Tests")
	listed := map[string]bool{}
	listedProduct := map[string]bool{}
	for _, part := range []string{product, support} {
		for _, row := range packageRow.FindAllStringSubmatch(part, -1) {
			name, cell := row[1], row[2]
			if actual[name] == nil {
				report("there is no package ", name)
				continue
			}
			want := importCell(actual[name])
			if cell != want {
				report(name, " imports ", want, ", but the page says ", cell)
			}
			for imported := range actual[name] {
				if !listed[imported] {
					report(name, " imports ", imported, ", which is not listed above it")
				}
			}
			listed[name] = true
			listedProduct[name] = listedProduct[name] || part == product
		}
	}
	for name := range actual {
		if !listed[name] {
			report("no row for the package: | `", name, "` | ", importCell(actual[name]), " | … |")
		}
	}
	drawn := map[string]bool{}
	for _, a := range arrow.FindAllStringSubmatch(page, -1) {
		drawn[a[1]+" --> "+a[2]] = true
	}
	needed := map[string]bool{}
	for from := range actual {
		for to := range actual[from] {
			if listedProduct[from] && !actual.follows(from, to) {
				needed[from+" --> "+to] = true
			}
		}
	}
	for _, a := range slices.Sorted(maps.Keys(needed)) {
		if !drawn[a] {
			report("the picture lacks ", a)
		}
	}
	for _, a := range slices.Sorted(maps.Keys(drawn)) {
		if !needed[a] {
			report("the picture should not have ", a)
		}
	}
	return messages
}

// importCell returns the cell of a table that lists imports.
func importCell(imported map[string]bool) string {
	if len(imported) == 0 {
		return "none"
	}
	return "`" + strings.Join(slices.Sorted(maps.Keys(imported)), "`, `") + "`"
}

// follows reports whether from depends on to also through another package.
func (g imports) follows(from, to string) bool {
	for through := range g[from] {
		if through != to && g.reaches(through, to) {
			return true
		}
	}
	return false
}

func (g imports) reaches(from, to string) bool {
	if g[from][to] {
		return true
	}
	for next := range g[from] {
		if g.reaches(next, to) {
			return true
		}
	}
	return false
}

// moduleImports reads the imports of every package of the module in dir. It leaves out
// nested modules.
func moduleImports(t *testing.T, dir string) imports {
	t.Helper()
	actual := imports{}
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, noModule := os.Stat(filepath.Join(file, "go.mod"))
			hidden := strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"
			if file != dir && (hidden || noModule == nil) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		rel, err := filepath.Rel(dir, filepath.Dir(file))
		if err != nil {
			return err
		}
		name := packageName(path.Join(modulePath, filepath.ToSlash(rel)))
		if actual[name] == nil {
			actual[name] = map[string]bool{}
		}
		if strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if imported == modulePath || strings.HasPrefix(imported, modulePath+"/") {
				actual[name][packageName(imported)] = true
			}
		}
		return nil
	})
	check(t, err)
	return actual
}

// packageName returns the name of a package on the page.
func packageName(importPath string) string {
	if importPath == modulePath {
		return path.Base(modulePath)
	}
	return strings.TrimPrefix(importPath, modulePath+"/")
}
