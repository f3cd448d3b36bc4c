package cookbook

import (
	"net/http"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/auth"
)

// RateLimit answers 429 when a user sends more than PerMinute requests in a minute.
type RateLimit struct {
	auth.Authenticator
	PerMinute int
	mu        sync.Mutex
	next      time.Time   // when the next minute begins
	requests  map[any]int // by the ID of the user, the desk's or the host's
}

// Authenticate implements auth.Authenticator.
func (l *RateLimit) Authenticate(r *http.Request) (auth.Identity, error) {
	id, err := l.Authenticator.Authenticate(r)
	var user any
	if id.User != nil {
		user = id.User.ID
	} else if id.External != nil {
		user = id.External.ID
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); !now.Before(l.next) {
		l.next, l.requests = now.Add(time.Minute), map[any]int{}
	}
	if l.requests[user]++; err == nil && l.requests[user] > l.PerMinute {
		return auth.Identity{}, &auth.Throttled{RetryAfter: time.Until(l.next)}
	}
	return id, err
}
