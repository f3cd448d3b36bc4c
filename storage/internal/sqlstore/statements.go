package sqlstore

import (
	"context"
	"iter"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// What errors of the host's statements are named after.
const hostStatement = "run a statement of the host"

// Exec implements storage.Statements.
func (x *transaction) Exec(ctx context.Context, query string, args ...any) error {
	return x.exec(ctx, hostStatement, statement{text: query, args: args})
}

// Query implements storage.Statements.
func (x *transaction) Query(ctx context.Context, query string, args ...any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		stopped := false
		err := x.stream(ctx, hostStatement, direct.Step{Text: query, Args: args, Use: func(r *row) error {
			if stopped = !yield(r.Values(), nil); stopped {
				return direct.ErrEnough
			}
			return nil
		}})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}
