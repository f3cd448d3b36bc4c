package helpdesk_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// codeName matches what the glossary puts into backquotes and what looks like a Go name.
var codeName = regexp.MustCompile("`((?:[A-Za-z]+\\.)?[A-Z][A-Za-z]*)`")

// TestGlossaryNames checks that the code has every name that docs/glossary.md mentions:
// package.Name, Type.Member, or the bare name of a member.
func TestGlossaryNames(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("docs", "glossary.md"))
	check(t, err)
	declared := exportedNames(t)
	names := codeName.FindAllStringSubmatch(string(page), -1)
	if len(names) < 40 {
		t.Fatalf("the glossary mentions %d names only", len(names))
	}
	for _, m := range names {
		if !declared[m[1]] {
			t.Errorf("docs/glossary.md mentions %s, which the code does not have", m[1])
		}
	}
	for _, gone := range []string{"ticket.NoSuchType", "Desk.NoSuchMethod", "NoSuchMember"} {
		if declared[gone] {
			t.Errorf("%s is taken for a name of the code", gone)
		}
	}
}

// exportedNames returns the names that the packages of the module declare, as the
// glossary spells them.
func exportedNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && file != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		addNames(names, parsed)
		return nil
	})
	check(t, err)
	return names
}

// addNames adds what a file declares.
func addNames(names map[string]bool, file *ast.File) {
	add := func(of, name string) {
		names[of+"."+name] = true
	}
	addMembers := func(of string, members *ast.FieldList) {
		for _, m := range members.List {
			for _, name := range m.Names {
				add(of, name.Name)
				names[name.Name] = true
			}
		}
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			add(file.Name.Name, d.Name.Name)
			if d.Recv != nil {
				add(receiver(d.Recv.List[0].Type), d.Name.Name)
			}
			names[d.Name.Name] = true
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.ValueSpec:
					for _, name := range s.Names {
						add(file.Name.Name, name.Name)
					}
				case *ast.TypeSpec:
					add(file.Name.Name, s.Name.Name)
					switch t := s.Type.(type) {
					case *ast.StructType:
						addMembers(s.Name.Name, t.Fields)
					case *ast.InterfaceType:
						addMembers(s.Name.Name, t.Methods)
					}
				}
			}
		}
	}
}

// receiver returns the name of the type that a method belongs to.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}
