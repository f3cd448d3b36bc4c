package sqlstore

import (
	"context"
	"slices"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/idempotency"
)

const (
	requestTable = "helpdesk_request"
	requestKey   = "idempotency" // the name of the secret
)

var requestColumns = []string{"id", "content", "secret", "answer", "created"}

// requests implements idempotency.Store.
type requests struct{ x *transaction }

func (s requests) Key(ctx context.Context) ([]byte, error) {
	return s.x.secret(ctx, "get the key of requests", requestKey)
}

func (s requests) InsertKey(ctx context.Context, key []byte) error {
	return s.x.insertSecret(ctx, "insert the key of requests", requestKey, key)
}

func (s requests) Get(ctx context.Context, id []byte) (*idempotency.Request, error) {
	q := selecting("content, secret, answer, created", requestTable, is("id = ?", id), order{})
	return one(ctx, s.x, "get request", q, func(r *row) *idempotency.Request {
		return &idempotency.Request{ID: id, Content: r.Bytes(), Secret: r.Text(), Answer: r.Bytes(), Created: instant(r)}
	})
}

func (s requests) Insert(ctx context.Context, r *idempotency.Request) error {
	args := []any{r.ID, r.Content, r.Secret, notNull(r.Answer), micros(r.Created)}
	return s.x.exec(ctx, "insert request", inserting(requestTable, requestColumns, 1, args))
}

func (s requests) SetAnswer(ctx context.Context, id, answer []byte) error {
	q := statement{text: built(shape{requestTable, "update", "", "", ""}, func() sq.Sqlizer {
		return sq.Update(requestTable).Set("answer", sq.Expr("?")).Where("id = ?")
	}), args: []any{notNull(answer), id}}
	return s.x.exec(ctx, "update request", q)
}

// notNull returns bytes that drivers do not take for NULL.
func notNull(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// DeleteBefore reads the ids first, in an index: not every database limits a DELETE.
func (s requests) DeleteBefore(ctx context.Context, before time.Time, limit int) (int, error) {
	if _, err := s.x.forWriting("delete requests"); err != nil {
		return 0, err
	}
	q := selecting("id", requestTable, is("created < ?", micros(before)), order{by: "created", limit: limit})
	old, err := list(ctx, s.x, "list old requests", q, (*row).Bytes)
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(old, maxPlaceholders) {
		if err := s.x.exec(ctx, "delete old requests", deleting(requestTable, inTexts("id", some))); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}

func (s requests) DeleteExpired(ctx context.Context, id []byte, before time.Time) error {
	return s.x.exec(ctx, "delete request", deleting(requestTable, is("id = ? AND created < ?", id, micros(before))))
}
