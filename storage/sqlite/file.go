//go:build cgo

package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// file is the file that a Store opened.
type file struct {
	path   string
	opened os.FileInfo
}

func openedFile(path string) (*file, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return &file{path, info}, nil
}

// check returns an error when another file, or none, is where the file was opened.
// Connections would go on writing to one that nobody finds again.
func (f *file) check() error {
	now, err := os.Stat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("sqlite: %s was deleted while it was open, and what is written now will be lost: open it anew", f.path)
	case err != nil:
		return fmt.Errorf("sqlite: %w", err)
	case !os.SameFile(f.opened, now):
		return fmt.Errorf("sqlite: %s was replaced while it was open, and what is written now will be lost: open it anew", f.path)
	}
	return nil
}
