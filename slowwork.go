package helpdesk

import (
	"context"
	"errors"
)

// errHashFirst ends the transaction of a unit that waits for slow work.
var errHashFirst = errors.New("helpdesk: a password is to be hashed before the transaction")

// maxRounds is how often a unit is run again for slow work. Then it is done inside the
// transaction: a function that makes up a new password each time would never end.
const maxRounds = 3

// noHash stands for the hash of a password in a transaction that will be rolled back.
const noHash = "!"

// slowWork is what the use cases of a unit need password hashes for: while its transaction
// is open, nobody computes one. A use case that needs one leaves the work to be done after
// a rollback, and finds the result when the unit is run again.
type slowWork struct {
	desk    *Desk // outside of the transaction
	inPlace bool  // there is no outside
	rounds  int

	waiting  []func(context.Context)     // work, for this run of the unit
	hashed   map[string]int              // how many hashes of a password this run has used
	hashes   map[string][]result[string] // by password
	verified map[guess]result[bool]
}

// result is what slow work came to.
type result[T any] struct {
	v   T
	err error
}

// begin begins a run of the unit.
func (s *slowWork) begin() { s.waiting, s.hashed = nil, map[string]int{} }

// work does what waits for it. No transaction is open.
func (s *slowWork) work(ctx context.Context) {
	for _, do := range s.waiting {
		do(ctx)
	}
	s.rounds++
	s.inPlace = s.inPlace || s.rounds >= maxRounds
}

// hash returns the hash that compute returns for a password, another one each time.
func (u *unit) hash(ctx context.Context, password string, compute func(context.Context) (string, error)) (string, error) {
	if u == nil {
		return compute(ctx)
	}
	s := u.slow
	n := s.hashed[password]
	s.hashed[password]++
	switch {
	case n < len(s.hashes[password]):
		r := s.hashes[password][n]
		return r.v, r.err
	case s.inPlace:
		return compute(ctx)
	}
	s.waiting = append(s.waiting, func(ctx context.Context) {
		if s.hashes == nil {
			s.hashes = map[string][]result[string]{}
		}
		hash, err := compute(ctx)
		s.hashes[password] = append(s.hashes[password], result[string]{hash, err})
	})
	return noHash, nil
}

// verifyOutside returns what compute returns for a guess: on the Desk outside of the transaction,
// where there is one.
func (d *Desk) verifyOutside(ctx context.Context, g guess, compute func(context.Context, *Desk) (bool, error)) (bool, error) {
	if d.unit == nil || d.unit.slow.inPlace {
		return compute(ctx, d)
	}
	s := d.unit.slow
	g.userID = 0 // a user who is made in the transaction has another id in each run
	if r, ok := s.verified[g]; ok {
		return r.v, r.err
	}
	if len(s.waiting) == 0 { // or the stored hash may be noHash
		s.waiting = append(s.waiting, func(ctx context.Context) {
			if s.verified == nil {
				s.verified = map[guess]result[bool]{}
			}
			ok, err := compute(ctx, s.desk)
			s.verified[g] = result[bool]{ok, err}
		})
	}
	return false, errHashFirst
}
