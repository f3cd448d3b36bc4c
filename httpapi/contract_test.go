package httpapi

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documentedRoute matches a path and its methods in the table of docs/contract.md.
var documentedRoute = regexp.MustCompile("`(/[^`]*)` ([A-Z]+(?:, [A-Z]+)*)")

// TestTheContractPageHasEveryRoute with its methods, and no other route.
func TestTheContractPageHasEveryRoute(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "docs", "contract.md"))
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for line := range strings.Lines(string(page)) {
		if !strings.HasPrefix(line, "| `/") {
			continue
		}
		for _, found := range documentedRoute.FindAllStringSubmatch(line, -1) {
			documented[found[1]] = found[2]
		}
	}
	parameter := regexp.MustCompile(`:([a-z]+)`)
	for _, rt := range allRoutes() {
		path := strings.TrimSuffix(parameter.ReplaceAllString(rt.path, "<$1>"), "/") + "/"
		methods := strings.TrimSuffix(strings.TrimSuffix(rt.allMethods(), ", OPTIONS"), ", HEAD")
		if documented[path] != methods {
			t.Errorf("docs/contract.md has the methods %q for %s; they are %q", documented[path], path, methods)
		}
		delete(documented, path)
	}
	for path := range documented {
		t.Errorf("docs/contract.md has the route %s, which does not exist", path)
	}
}

// unknownText matches references to a specification that is not in the repository.
var unknownText = regexp.MustCompile(`\b` + abbreviation + `[\s/]+(parts?\b|[0-9])`)

const abbreviation = "SP" + "EC" // in two pieces, so that this file does not match

// TestNoFileRefersToTextsElsewhere checks that a reader of the repository can look
// up what its files refer to.
func TestNoFileRefersToTextsElsewhere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"see " + abbreviation + " part 3": true, "see " + abbreviation + "\n// parts 1 and 4": true, "see " + abbreviation + " 8.17": true,
		abbreviation + "IAL part 1": false, "in docs/contract.md": false,
	} {
		if unknownText.MatchString(text) != want {
			t.Errorf("%q: not %v", text, want)
		}
	}
	files := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() != ".." && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir // .git, and tools that were built
		case !entry.Type().IsRegular():
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		for _, found := range unknownText.FindAllIndex(content, -1) {
			t.Errorf("%s:%d refers to %q", path, 1+bytes.Count(content[:found[0]], []byte("\n")), content[found[0]:found[1]])
		}
		return nil
	})
	if err != nil || files < 100 {
		t.Fatalf("%d files were read: %v", files, err)
	}
}
