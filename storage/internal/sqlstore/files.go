package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/filekey"
)

const (
	contentTable = "helpdesk_content"

	// chunkSize is how many bytes a row of content has; the last may have fewer.
	// A row fits the smallest packet that a MySQL server is configured for.
	chunkSize = 256 << 10
)

// chunks are what content is read into.
var chunks = sync.Pool{New: func() any { return new([chunkSize]byte) }}

// files keeps content in rows of chunkSize, numbered from 0. Empty content has
// one empty row.
type files struct{ x *transaction }

func (f files) Put(ctx context.Context, r io.Reader) (key string, size int64, err error) {
	key = filekey.New()
	buffer := chunks.Get().(*[chunkSize]byte)
	defer chunks.Put(buffer)
	chunk := buffer[:]
	for number := 0; ; number++ {
		n, readErr := fill(r, chunk)
		if readErr != nil && readErr != io.EOF {
			if err := f.Delete(ctx, key); err != nil {
				return "", 0, err
			}
			return "", 0, readErr
		}
		if n > 0 || number == 0 {
			q := inserting(contentTable, []string{"content", "number", "data"}, 1, []any{key, number, chunk[:n]})
			if err := f.x.exec(ctx, "put content", q); err != nil {
				return "", 0, err
			}
		}
		size += int64(n)
		if readErr == io.EOF {
			return key, size, nil
		}
	}
}

// fill reads until p is full or r fails. Unlike io.ReadFull it tells the end
// of r from a reader that says io.ErrUnexpectedEOF because it was cut off.
func fill(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var m int
		m, err = r.Read(p[n:])
		n += m
	}
	return n, err
}

func (f files) ReadAt(ctx context.Context, key string, p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("read content: negative offset")
	}
	for {
		at := off + int64(n)
		want := min(int64(len(p)-n), chunkSize-at%chunkSize)
		data, err := f.readChunk(ctx, key, at, want)
		if errors.Is(err, storage.ErrNotFound) && at >= chunkSize {
			_, err = f.readChunk(ctx, key, 0, 0) // behind the last chunk, or is there none at all?
		}
		if err != nil {
			return n, err
		}
		n += copy(p[n:], data)
		switch {
		case n == len(p):
			return n, nil
		case int64(len(data)) < want:
			return n, io.EOF
		}
	}
}

// readChunk reads up to want bytes at an offset, which may not go beyond its chunk.
func (f files) readChunk(ctx context.Context, key string, at, want int64) ([]byte, error) {
	q := selecting("SUBSTR(data, ?, ?)", contentTable, is("content = ? AND number = ?", key, at/chunkSize), order{})
	q.args = append([]any{at%chunkSize + 1, want}, q.args...)
	return one(ctx, f.x, "read content", q, (*row).Bytes)
}

// sweepBatch is how many keys a transaction of Sweep looks at.
const sweepBatch = 500

// Sweep implements storage.Store. Keys begin with the time at which content was
// stored, so that those behind the grace come first.
func (s *Store) Sweep(ctx context.Context, grace time.Duration) (removed int, err error) {
	end, after := filekey.Before(time.Now().Add(-grace)), ""
	for {
		var unnamed []string
		err = s.view(ctx, func(x *transaction) (err error) {
			if err = x.requireSchema(ctx); err == nil {
				unnamed, after, err = x.unnamed(ctx, after, end)
			}
			return err
		})
		if err == nil && len(unnamed) > 0 {
			err = s.update(ctx, func(x *transaction) error { return files{x}.Delete(ctx, unnamed...) })
		}
		if err != nil {
			return removed, fmt.Errorf("sweep: %w", err)
		}
		removed += len(unnamed)
		if after == "" {
			return removed, nil
		}
	}
}

// unnamed returns the content that no attachment names among the next keys, and the
// last of these keys, "" at the end. Nothing that old is given to an attachment any
// more, so it can be deleted later.
func (x *transaction) unnamed(ctx context.Context, after, end string) (unnamed []string, last string, err error) {
	c := is("number = 0 AND content > ? AND content < ?", after, end)
	keys, err := list(ctx, x, "list content", selecting("content", contentTable, c, order{by: "content", limit: sweepBatch}), (*row).Text)
	if err != nil || len(keys) == 0 {
		return nil, "", err
	}
	last = keys[len(keys)-1]
	named, err := x.Attachments().ContentKeys(ctx, keys)
	return slices.DeleteFunc(keys, func(key string) bool { return slices.Contains(named, key) }), last, err
}

func (f files) Delete(ctx context.Context, keys ...string) error {
	for some := range slices.Chunk(keys, maxPlaceholders) {
		if err := f.x.exec(ctx, "delete content", deleting(contentTable, inTexts("content", some))); err != nil {
			return err
		}
	}
	return nil
}
