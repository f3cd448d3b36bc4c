package sqlite

import "time"

// Share is how long a transaction is open to Updates that come while another one
// has its turn.
func Share(d time.Duration) Option {
	return func(o *options) { o.Share = d }
}

// Waiting returns the number of Updates that wait for their turn.
func (s *Store) Waiting() int { return s.core.Waiting() }
