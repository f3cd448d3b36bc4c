package httpapi_test

import (
	"context"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// queries notes what a store is asked for.
type queries struct {
	storage.Store
	asked []ticket.Query
}

type queriesTx struct {
	storage.Tx
	s *queries
}

type queriesThreads struct {
	followup.Store
	s *queries
}

func (s *queries) View(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.View(ctx, func(tx storage.Tx) error { return fn(queriesTx{tx, s}) })
}

func (s *queries) Read(ctx context.Context, fn func(storage.Tx) error) error {
	return s.Store.Read(ctx, func(tx storage.Tx) error { return fn(queriesTx{tx, s}) })
}

func (x queriesTx) FollowUps() followup.Store { return queriesThreads{x.Tx.FollowUps(), x.s} }

func (t queriesThreads) Threads(ctx context.Context, q ticket.Query) ([]*followup.Thread, error) {
	t.s.asked = append(t.s.asked, q)
	return t.Store.Threads(ctx, q)
}

// TestWhatIsNotShownIsNotRead in lists and in single tickets.
func TestWhatIsNotShownIsNotRead(t *testing.T) {
	t.Parallel()
	s := &queries{Store: testdesk.OpenStore(t)}
	a := serve(testdesk.Over(t, s, helpdesk.Config{}), &logbook{}, httpapi.Config{})
	a.ticket(t)
	const all = ticket.FollowUps | ticket.CustomValues | ticket.Description | ticket.Resolution
	for query, want := range map[string]ticket.Parts{
		"": 0, "page_size=1": 0, "fields=": 0, "fields=id,title,status": all, "exclude=followup_set": ticket.FollowUps,
		"exclude=description,custom_secret": ticket.Description, "fields=custom_secret": all &^ ticket.CustomValues,
		"fields=resolution,followup_set":         ticket.CustomValues | ticket.Description,
		"fields=description&exclude=description": all,
	} {
		for _, path := range []string{"/api/tickets/?", "/api/tickets/1/?"} {
			s.asked = nil
			a.call(t, "staff", "GET", path+query, "").is(t, 200, "")
			if len(s.asked) == 0 {
				t.Errorf("%s%s asks the store for nothing", path, query)
			}
			for _, q := range s.asked {
				if q.Without != want {
					t.Errorf("%s%s reads without %b, want %b", path, query, q.Without, want)
				}
			}
		}
	}
}
