package filestore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/filekey"
)

const temporarySuffix = ".tmp"

// directory keeps content in files, each named by its key, two levels deep.
type directory struct {
	root *os.Root

	mu     sync.Mutex
	synced map[string]bool // folders that a power failure cannot take away
}

// place is the path of a valid key. Keys begin with the time, so it is their
// ends that spread files evenly over folders.
func place(key string) string {
	return path.Join(key[filekey.Len-4:filekey.Len-2], key[filekey.Len-2:], key)
}

// parse returns the key whose file, or temporary file, has the path; "" when
// it is not one that write makes.
func parse(p string) (key string, temporary bool) {
	key, temporary = strings.CutSuffix(path.Base(p), temporarySuffix)
	if !filekey.Valid(key) || path.Dir(p) != path.Dir(place(key)) {
		return "", false
	}
	return key, temporary
}

// write makes a file of what it reads. When it returns without an error, the
// file survives a power failure; otherwise there is none.
func (d *directory) write(r io.Reader) (key string, size int64, err error) {
	key = filekey.New()
	final := place(key)
	temporary := final + temporarySuffix
	if err := d.makeFolder(path.Dir(final)); err != nil {
		return "", 0, err
	}
	defer func() {
		if err != nil {
			_ = d.root.Remove(temporary)
		}
	}()
	if size, err = d.fill(temporary, r); err != nil {
		return "", 0, err
	}
	if err := d.root.Rename(temporary, final); err != nil {
		return "", 0, err
	}
	if err := d.sync(path.Dir(final)); err != nil {
		d.remove([]string{key})
		return "", 0, err
	}
	return key, size, nil
}

func (d *directory) fill(name string, r io.Reader) (size int64, err error) {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	size, err = io.Copy(f, r)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return size, err
}

// makeFolder makes the two levels of a folder and syncs what they are entered
// in, unless that was done before.
func (d *directory) makeFolder(name string) error {
	if err := d.root.MkdirAll(name, 0o700); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.synced[name] {
		return nil
	}
	if err := errors.Join(d.sync(path.Dir(name)), d.sync(".")); err != nil {
		return err
	}
	d.synced[name] = true
	return nil
}

func (d *directory) sync(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d *directory) readAt(key string, p []byte, off int64) (int, error) {
	if !filekey.Valid(key) {
		return 0, fmt.Errorf("read content: %w", storage.ErrNotFound)
	}
	f, err := d.root.Open(place(key))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("read content: %w", storage.ErrNotFound)
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return f.ReadAt(p, off)
}

// remove deletes the files of keys. One that cannot be deleted now is for the
// next sweep, and those of no key are none of ours.
func (d *directory) remove(keys []string) {
	for _, key := range keys {
		if filekey.Valid(key) {
			_ = d.root.Remove(place(key))
		}
	}
}
