package storagetest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing/iotest"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/storage"
)

// chunk is where the library's own stores cut content; the tests hold anywhere.
const chunk = 256 << 10

// noise is content in which every part differs.
func noise(size int) []byte {
	b := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{byte(size)}).Read(b)
	return b
}

// contentReader makes content an io.ReaderAt.
type contentReader struct {
	ctx context.Context
	tx  storage.Tx
	key string
}

func (r contentReader) ReadAt(p []byte, off int64) (int, error) {
	return r.tx.Files().ReadAt(r.ctx, r.key, p, off)
}

func readAll(e *env, tx storage.Tx, key string) []byte {
	e.Helper()
	b, err := io.ReadAll(io.NewSectionReader(contentReader{e.ctx, tx, key}, 0, 1<<40))
	e.ok(err)
	return b
}

func (e *env) put(tx storage.Tx, content []byte) string {
	e.Helper()
	key, size, err := tx.Files().Put(e.ctx, bytes.NewReader(content))
	e.ok(err)
	equal(e, size, int64(len(content)))
	return key
}

var fileTests = []test{
	{"a Read reads content", func(e *env) {
		var key string
		e.update(func(tx storage.Tx) { key = e.put(tx, []byte("content")) })
		e.ok(e.Read(e.ctx, func(tx storage.Tx) error {
			equal(e, string(readAll(e, tx, key)), "content")
			return nil
		}))
	}},
	{"a sweep deletes what no attachment names", func(e *env) {
		var named, left []string
		e.update(func(tx storage.Tx) {
			named, left = nil, nil
			f := e.followUp(tx, e.ticket(tx, "t").ID)
			for range 3 {
				a := &followup.Attachment{FollowUpID: f.ID, Content: e.put(tx, noise(chunk+1))}
				e.ok(tx.Attachments().Insert(e.ctx, a))
				named, left = append(named, a.Content), append(left, e.put(tx, noise(chunk+1)))
			}
		})
		equal(e, must(e.Sweep(e.ctx, time.Hour))(e), 0) // all of it was stored a moment ago
		e.view(func(tx storage.Tx) {
			for _, key := range left {
				equal(e, len(readAll(e, tx, key)), chunk+1)
			}
		})
		equal(e, must(e.Sweep(e.ctx, -time.Hour))(e), len(left))
		e.view(func(tx storage.Tx) {
			for _, key := range named {
				equal(e, len(readAll(e, tx, key)), chunk+1)
			}
			for _, key := range left {
				absent(tx.Files().ReadAt(e.ctx, key, make([]byte, 1), 0))(e)
			}
		})
		equal(e, must(e.Sweep(e.ctx, -time.Hour))(e), 0)
		ended, cancel := context.WithCancel(e.ctx)
		cancel()
		_, err := e.Sweep(ended, 0)
		e.is(err, context.Canceled)
	}},
	{"content of every size", func(e *env) {
		var keys map[string][]byte
		e.update(func(tx storage.Tx) {
			keys = map[string][]byte{}
			for _, size := range []int{0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3*chunk + 7} {
				content := noise(size)
				keys[e.put(tx, content)] = content
			}
		})
		equal(e, len(keys), 7)
		e.view(func(tx storage.Tx) {
			for key, content := range keys {
				if !bytes.Equal(readAll(e, tx, key), content) {
					e.Errorf("%d bytes: not what was put", len(content))
				}
			}
		})
	}},
	{"any reader", func(e *env) {
		content := noise(chunk + 100)
		e.update(func(tx storage.Tx) {
			for i, r := range []io.Reader{
				iotest.HalfReader(bytes.NewReader(content)),
				iotest.DataErrReader(bytes.NewReader(content)),
				io.MultiReader(bytes.NewReader(content[:10]), iotest.OneByteReader(bytes.NewReader(content[10:20])), bytes.NewReader(content[20:])),
			} {
				key, size, err := tx.Files().Put(e.ctx, r)
				e.ok(err)
				equal(e, size, int64(len(content)))
				if !bytes.Equal(readAll(e, tx, key), content) {
					e.Errorf("reader %d: not what was put", i)
				}
			}
		})
	}},
	{"read at", func(e *env) {
		content := noise(2*chunk + 100)
		e.update(func(tx storage.Tx) {
			key := e.put(tx, content)
			size := int64(len(content))
			for _, off := range []int64{0, 1, chunk - 1, chunk, chunk + 1, 2*chunk - 3, 2 * chunk, size - 1, size, size + 1, 3 * chunk, 9 * chunk} {
				for _, length := range []int{0, 1, 7, chunk, chunk + 1, 2 * chunk, 3 * chunk} {
					e.readAt(tx, key, content, off, length)
				}
			}
			_, err := tx.Files().ReadAt(e.ctx, key, make([]byte, 1), -1)
			e.refused(err)
		})
	}},
	{"unknown keys", func(e *env) {
		e.update(func(tx storage.Tx) {
			for _, key := range []string{"", "no such key", "../x", strings.Repeat("0", 32), "0000000000000000000000000000000g"} {
				for _, off := range []int64{0, 9 * chunk} {
					n, err := tx.Files().ReadAt(e.ctx, key, make([]byte, 8), off)
					e.is(err, storage.ErrNotFound)
					equal(e, n, 0)
				}
				e.ok(tx.Files().Delete(e.ctx, key))
			}
		})
	}},
	{"errors of the reader", func(e *env) {
		e.update(func(tx storage.Tx) {
			for _, want := range []error{errOwn, io.ErrUnexpectedEOF, errors.New("disk")} {
				for _, size := range []int{0, 10, chunk, chunk + 10} {
					r := io.MultiReader(bytes.NewReader(noise(size)), iotest.ErrReader(want))
					key, _, err := tx.Files().Put(e.ctx, r)
					equal(e, err, want)
					equal(e, key, "")
				}
			}
			e.user(tx, "the transaction goes on")
		})
		e.hasUsers(1)
	}},
	{"delete", func(e *env) {
		var gone, kept []string
		e.update(func(tx storage.Tx) {
			gone, kept = nil, nil
			for i := range 3 {
				gone = append(gone, e.put(tx, noise(chunk+i)))
				kept = append(kept, e.put(tx, []byte(strconv.Itoa(i))))
			}
		})
		lost := func(tx storage.Tx) {
			e.Helper()
			for i := range 3 {
				_, err := tx.Files().ReadAt(e.ctx, gone[i], make([]byte, 1), 0)
				e.is(err, storage.ErrNotFound)
				equal(e, string(readAll(e, tx, kept[i])), strconv.Itoa(i))
			}
		}
		e.update(func(tx storage.Tx) {
			e.ok(tx.Files().Delete(e.ctx))
			e.ok(tx.Files().Delete(e.ctx, append(gone, "no such key")...))
			e.ok(tx.Files().Delete(e.ctx, gone...))
			lost(tx)
		})
		e.view(lost)
	}},
	{"rolled back", func(e *env) {
		var put, kept string
		e.update(func(tx storage.Tx) { kept = e.put(tx, []byte("kept")) })
		equal(e, e.Update(e.ctx, func(tx storage.Tx) error {
			put = e.put(tx, noise(chunk+1))
			e.ok(tx.Files().Delete(e.ctx, kept))
			return errOwn
		}), errOwn)
		e.view(func(tx storage.Tx) {
			_, err := tx.Files().ReadAt(e.ctx, put, make([]byte, 1), 0)
			e.is(err, storage.ErrNotFound)
			equal(e, string(readAll(e, tx, kept)), "kept")
		})
	}},
	{"put and deleted at once", func(e *env) {
		var key string
		e.update(func(tx storage.Tx) {
			key = e.put(tx, []byte("x"))
			e.ok(tx.Files().Delete(e.ctx, key))
		})
		e.view(func(tx storage.Tx) {
			_, err := tx.Files().ReadAt(e.ctx, key, make([]byte, 1), 0)
			e.is(err, storage.ErrNotFound)
		})
	}},
	{"ended context", func(e *env) {
		ended, cancel := context.WithCancel(e.ctx)
		cancel()
		e.refused(e.Update(e.ctx, func(tx storage.Tx) error {
			_, _, err := tx.Files().Put(ended, strings.NewReader("x"))
			e.is(err, context.Canceled)
			return err
		}))
	}},
}

func (e *env) readAt(tx storage.Tx, key string, content []byte, off int64, length int) {
	e.Helper()
	want, wantErr := make([]byte, length), error(nil)
	wantN, err := bytes.NewReader(content).ReadAt(want, off)
	if length > 0 { // of nothing, the end may be told or not
		wantErr = err
	}
	got := make([]byte, length)
	n, err := tx.Files().ReadAt(e.ctx, key, got, off)
	if n != wantN || !bytes.Equal(got, want) || err != wantErr && length > 0 || err != nil && err != io.EOF {
		e.Errorf("%d bytes at %d: got %d and %v, want %d and %v", length, off, n, err, wantN, wantErr)
	}
}
