package sqlstore

import (
	"context"
	"database/sql/driver"
	"time"

	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// runnerOn returns a runner on r that writes statements in the spelling of the dialect,
// tells the observers of the store and of the context what it runs, and stops what is slow.
func (s *Store) runnerOn(ctx context.Context, r runner) runner {
	r = limited{r, s}
	if tell := s.observer(ctx); tell != nil {
		r = observed{r, tell}
	}
	return s.spell(r)
}

// observer calls the observers of the store and of the context. It is nil when there
// are none.
func (s *Store) observer(ctx context.Context) storage.Observer {
	own, of := s.o.Observe, storage.ObserverOf(ctx)
	switch {
	case own == nil:
		return of
	case of == nil:
		return own
	}
	return func(ctx context.Context, st storage.Statement) {
		own(ctx, st)
		of(ctx, st)
	}
}

// observed tells what a runner ran.
type observed struct {
	runner
	tell storage.Observer
}

// since tells of a statement that was started at a time.
func (o observed) since(ctx context.Context, start time.Time, query string, err error) {
	o.tell(ctx, storage.Statement{Query: query, Duration: time.Since(start), Err: err})
}

func (o observed) stream(ctx context.Context, s direct.Step) error {
	start := time.Now()
	err := o.runner.stream(ctx, s)
	o.since(ctx, start, s.Text, err)
	return err
}

func (o observed) batch(ctx context.Context, steps ...direct.Step) error {
	if o.batches() {
		start := time.Now()
		err := o.runner.batch(ctx, steps...)
		took := time.Since(start)
		for _, s := range steps {
			o.tell(ctx, storage.Statement{Query: s.Text, Duration: took, Err: err})
		}
		return err
	}
	for i, s := range steps {
		start := time.Now()
		err := o.runner.batch(ctx, steps[i:i+1]...)
		o.since(ctx, start, s.Text, err)
		if err != nil {
			return err
		}
	}
	return nil
}

func (o observed) exec(ctx context.Context, s statement) (driver.Result, error) {
	start := time.Now()
	res, err := o.runner.exec(ctx, s)
	o.since(ctx, start, s.text, err)
	return res, err
}

func (o observed) script(ctx context.Context, text string) error {
	start := time.Now()
	err := o.runner.script(ctx, text)
	o.since(ctx, start, text, err)
	return err
}
