package rig

import (
	"os"
	"path/filepath"
	"testing"
)

// The benchmarks are found as a module, and as a part of the library's module.
func TestFindKit(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := findKit(dir); err == nil {
		t.Error("an empty directory passes for a checkout")
	}
	kit := filepath.Join(dir, "internal", "bench")
	if err := os.MkdirAll(filepath.Join(kit, "seed"), 0o755); err != nil {
		t.Fatal(err)
	}
	if module, prefix, err := findKit(dir); module != dir || prefix != "./internal/bench/" || err != nil {
		t.Errorf("%s, %s, %v", module, prefix, err)
	}
	if err := os.WriteFile(filepath.Join(kit, "go.mod"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if module, prefix, err := findKit(dir); module != kit || prefix != "./" || err != nil {
		t.Errorf("%s, %s, %v", module, prefix, err)
	}
	if module, prefix, err := findKit("../../.."); err != nil ||
		filepath.Join(module, prefix) != filepath.FromSlash("../../../internal/bench") {
		t.Errorf("%s, %s, %v", module, prefix, err)
	}
}
