package sqlstore

import (
	"context"
	"database/sql/driver"
	"sync"

	sq "github.com/Masterminds/squirrel"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// spelled runs statements with the placeholders of a dialect in place of question marks.
type spelled struct {
	runner
	placeholders sq.PlaceholderFormat
	texts        *sync.Map // from string to string
}

// spell returns a runner that writes placeholders as the dialect does.
func (s *Store) spell(r runner) runner {
	if s.o.Dialect.Placeholders == nil {
		return r
	}
	return spelled{r, s.o.Dialect.Placeholders, &s.spellings}
}

func (s spelled) text(query string) (string, error) {
	if text, ok := s.texts.Load(query); ok {
		return text.(string), nil
	}
	text, err := s.placeholders.ReplacePlaceholders(query)
	if err == nil && len(query) < maxShape {
		s.texts.Store(query, text)
	}
	return text, err
}

func (s spelled) stream(ctx context.Context, step direct.Step) (err error) {
	if step.Text, err = s.text(step.Text); err != nil {
		return err
	}
	return s.runner.stream(ctx, step)
}

func (s spelled) batch(ctx context.Context, steps ...direct.Step) (err error) {
	all := make([]direct.Step, len(steps))
	for i, step := range steps {
		if step.Text, err = s.text(step.Text); err != nil {
			return err
		}
		all[i] = step
	}
	return s.runner.batch(ctx, all...)
}

func (s spelled) exec(ctx context.Context, q statement) (res driver.Result, err error) {
	if q.text, err = s.text(q.text); err != nil {
		return nil, err
	}
	return s.runner.exec(ctx, q)
}
