package helpdesk

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-helpdesk/helpdesk/idempotency"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

var (
	// ErrKeyReused means that an idempotency key came with another request than before.
	ErrKeyReused = errors.New("helpdesk: the idempotency key was used for another request")

	// ErrStillRunning means that a request with the same idempotency key is still being
	// carried out. Try later.
	ErrStillRunning = errors.New("helpdesk: a request with the same idempotency key is still running")
)

// Request names a change that is to happen once, however often it is asked for: see
// Desk.Once.
type Request struct {
	// Key is the caller's name for the change, the same in each try. It has from 1 to
	// idempotency.MaxKey bytes.
	Key string

	// Scope says what the key is for, such as a path. The same key in another scope is
	// another key.
	Scope string

	// Content is what is asked for, or a digest of it, the same in each try. A digest of
	// it is stored, with a key that the database has as well.
	Content []byte

	// Secret is the part of the content that could be guessed from such a digest, such as
	// a password; "" for none. It is stored as passwords are.
	Secret string `json:"-"`
}

// Progress is what has become of a Request.
type Progress int

const (
	// NotDone means that the request has not been carried out within
	// idempotency.Lifetime, or that it failed. Another process may be at it.
	NotDone Progress = iota

	// Running means that this process is carrying it out.
	Running

	// Done means that it was carried out, so that Once replays its answer.
	Done
)

// Once carries out a request that may be tried several times, and has the effects of one.
// It calls fn as Atomically does, and stores the answer of fn in the same transaction. When
// the same actor makes the same request again within idempotency.Lifetime, Once does not
// call fn: it returns the first answer, and that it is replayed. A request whose fn fails
// leaves nothing behind, and can be tried again.
//
// What Atomically asks of fn holds here, too. The answer is the caller's to choose, such as
// an id or JSON; a longer one than idempotency.MaxAnswer is an error. Once asks nobody's
// permission: the use cases in fn do, and a replay returns to an account what it has got
// before. A replay does not count against the limits of the account.
//
// The error is ErrKeyReused for a key that came with another content. While the same
// request is being carried out, by this process or by another, Once waits for up to 5
// seconds, and then returns ErrStillRunning. On SQLite, where another process that writes
// keeps out every other, that may be ErrBusy. Where the connection was lost during the
// commit, Once finds out what has happened. It may be called again after any error.
//
// In a transaction of the host's and within Atomically, what Once stores is committed with
// the rest.
func (d *Desk) Once(ctx context.Context, actor *user.User, r Request, fn func(d *Desk) (answer []byte, err error)) (
	answer []byte, replayed bool, err error,
) {
	if actor == nil {
		return nil, false, ErrForbidden
	}
	o := &once{desk: d, actor: actor, request: r, fn: fn, deadline: time.Now().Add(d.running.wait)}
	key, err := d.requestKey(ctx)
	if err != nil {
		return nil, false, err
	}
	if o.id, err = r.id(key, actor); err != nil {
		return nil, false, err
	}
	o.content = digest(key, "content", r.Content)
	if d.unit == nil && !d.joined { // or a transaction would wait for itself
		leave, err := d.running.enter(ctx, string(o.id), o.deadline)
		if err != nil {
			return nil, false, err
		}
		defer leave()
	}
	answer, replayed, err = o.run(ctx)
	if err == nil && !replayed {
		d.sweepNowAndThen(ctx)
	}
	return answer, replayed, err
}

// Progress returns what has become of a request of the actor's, of which it uses the key
// and the scope.
func (d *Desk) Progress(ctx context.Context, actor *user.User, r Request) (Progress, error) {
	if actor == nil {
		return NotDone, ErrForbidden
	}
	key, err := d.requestKey(ctx)
	if err != nil {
		return NotDone, err
	}
	id, err := r.id(key, actor)
	if err != nil {
		return NotDone, err
	}
	found, err := d.findRequest(ctx, id)
	switch {
	case err != nil:
		return NotDone, err
	case found != nil && !d.expired(found):
		return Done, nil
	case d.running.has(string(id)):
		return Running, nil
	}
	return NotDone, nil
}

// id returns the ID under which a request of an actor's is stored.
func (r Request) id(key []byte, actor *user.User) ([]byte, error) {
	if r.Key == "" || len(r.Key) > idempotency.MaxKey {
		return nil, fmt.Errorf("helpdesk: an idempotency key has from 1 to %d bytes", idempotency.MaxKey)
	}
	account := binary.BigEndian.AppendUint64(nil, uint64(actor.ID))
	return digest(key, "id", account, []byte(r.Scope), []byte(r.Key)), nil
}

// digest returns the HMAC (RFC 2104, with SHA-256) of some parts.
func digest(key []byte, what string, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, part := range append([][]byte{[]byte(what)}, parts...) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write(part)
	}
	return h.Sum(nil)
}

// requestKey returns the key for the digests of requests, which the first request makes.
func (d *Desk) requestKey(ctx context.Context) (key []byte, err error) {
	if key := d.requests.known(); key != nil {
		return key, nil
	}
	err = d.lookUp(ctx, func(tx *transaction) (err error) {
		key, err = d.requests.find(func() ([]byte, error) { return tx.Requests().Key(ctx) })
		return err
	})
	if key != nil || err != nil {
		return key, err
	}
	write := func() error {
		return d.write(ctx, writer{}, func(tx *transaction) error { // bookkeeping, which reports no change
			key, err = tx.Requests().Key(ctx)
			none, err := missing(err)
			if none {
				key = make([]byte, 32)
				rand.Read(key) // never fails: see crypto/rand
				err = tx.Requests().InsertKey(ctx, key)
			}
			return err
		})
	}
	err = write()
	if errors.Is(err, storage.ErrDuplicate) || errors.Is(err, ErrUnknownOutcome) { // another process made it, or this one
		err = write()
	}
	if err != nil {
		return nil, err
	}
	return d.requests.find(func() ([]byte, error) { return key, nil })
}

// findRequest returns a request that is stored, nil for none.
func (d *Desk) findRequest(ctx context.Context, id []byte) (found *idempotency.Request, err error) {
	err = d.lookUp(ctx, func(tx *transaction) (err error) {
		found, err = tx.Requests().Get(ctx, id)
		return err
	})
	_, err = missing(err)
	return found, err
}

// expired reports whether the key of a request may be used anew.
func (d *Desk) expired(r *idempotency.Request) bool { return r.Created.Before(d.requestCutoff()) }

// requestCutoff is when requests that have just expired were created.
func (d *Desk) requestCutoff() time.Time { return d.now().Add(-idempotency.Lifetime) }

// once is a call of Once.
type once struct {
	desk        *Desk
	actor       *user.User
	request     Request
	id, content []byte
	secret      string // the hash of the secret
	fn          func(*Desk) ([]byte, error)
	deadline    time.Time // until when it waits for another
	renews      bool      // there is an expired request with the same key
}

// errKeyTaken ends a transaction that finds the request stored already.
var errKeyTaken = errors.New("helpdesk: stored meanwhile")

// run carries the request out or replays it. It begins again when another was faster, and
// when nobody knows whether the transaction was committed.
func (o *once) run(ctx context.Context) (answer []byte, replayed bool, err error) {
	for n := range maxRuns {
		found, findErr := o.desk.findRequest(ctx, o.id)
		if findErr != nil {
			return nil, false, findErr
		}
		if found != nil && !o.desk.expired(found) {
			answer, err = o.replay(ctx, found)
			return answer, err == nil, err
		}
		o.renews = found != nil
		answer, err = o.carryOut(ctx)
		if !errors.Is(err, errKeyTaken) && !errors.Is(err, ErrUnknownOutcome) {
			return answer, false, err
		}
		if err := pause(ctx, time.Duration(n)*takenPause); err != nil { // until it is committed
			return nil, false, err
		}
	}
	if errors.Is(err, errKeyTaken) { // by a transaction that takes long to be committed, or one that the host's does not see
		err = ErrStillRunning
	}
	return nil, false, err
}

// takenPause is how much longer each run waits for a request that is stored already, but
// not yet to be seen: up to half a second in all.
const takenPause = 10 * time.Millisecond

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// replay returns the answer of a request that was carried out.
func (o *once) replay(ctx context.Context, found *idempotency.Request) ([]byte, error) {
	if !bytes.Equal(found.Content, o.content) || (found.Secret == "") != (o.request.Secret == "") {
		return nil, ErrKeyReused
	}
	if found.Secret != "" {
		caller := user.WithCaller(ctx, user.Caller{Account: user.Key(o.actor.Username), Known: true})
		same, err := o.desk.hasher.Verify(caller, found.Secret, o.request.Secret)
		if err != nil {
			return nil, err
		}
		if !same {
			return nil, ErrKeyReused
		}
	}
	return found.Answer, nil
}

// carryOut runs fn in a transaction that stores the request and its answer.
func (o *once) carryOut(ctx context.Context) (answer []byte, err error) {
	d := o.desk
	if o.request.Secret != "" && o.secret == "" {
		if o.secret, err = d.hash(ctx, o.actor, o.request.Secret); err != nil {
			return nil, err
		}
	}
	err = d.inUnit(ctx, false, func(inner *Desk, tx storage.Tx) error {
		if err := o.insert(ctx, tx); err != nil {
			return err
		}
		if answer, err = o.fn(inner); err != nil {
			return err
		}
		if len(answer) > idempotency.MaxAnswer {
			return fmt.Errorf("helpdesk: an answer of %d bytes is too long to be kept", len(answer))
		}
		return tx.Requests().SetAnswer(ctx, o.id, answer)
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// insert stores the request before it is carried out. So whoever makes the same request
// meanwhile waits here, and is not told what is wrong with doing it twice.
func (o *once) insert(ctx context.Context, tx storage.Tx) error {
	patient, cancel := context.WithDeadline(ctx, o.deadline.Add(minStoreWait))
	defer cancel()
	err := error(nil)
	if o.renews {
		err = tx.Requests().DeleteExpired(patient, o.id, o.desk.requestCutoff())
	}
	if err == nil {
		r := &idempotency.Request{ID: o.id, Content: o.content, Secret: o.secret, Created: o.desk.now()}
		err = tx.Requests().Insert(patient, r)
	}
	switch {
	case errors.Is(err, storage.ErrDuplicate):
		return errKeyTaken
	case err != nil && patient.Err() != nil && ctx.Err() == nil:
		return ErrStillRunning
	}
	return err
}

const (
	// sweepEvery is after how many new requests Once deletes old ones, sweepBatch at
	// most, so that their number is bounded even if nobody calls Sweep.
	sweepEvery = 100
	sweepBatch = 200

	// maxSweepWait bounds how long a request waits for that.
	maxSweepWait = time.Second
)

// sweepRequests deletes requests that have expired, in small transactions.
func (d *Desk) sweepRequests(ctx context.Context) error {
	for {
		n, err := d.sweepSome(ctx)
		if err != nil || n < sweepBatch {
			return err
		}
	}
}

func (d *Desk) sweepSome(ctx context.Context) (n int, err error) {
	err = d.write(ctx, writer{}, func(tx *transaction) (err error) { // bookkeeping, which reports no change
		n, err = tx.Requests().DeleteBefore(ctx, d.requestCutoff(), sweepBatch)
		return err
	})
	return n, err
}

// sweepNowAndThen is sweepSome for one new request in sweepEvery.
func (d *Desk) sweepNowAndThen(ctx context.Context) {
	if d.unit != nil || d.joined || !d.running.nth(sweepEvery) {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, maxSweepWait)
	defer cancel()
	if _, err := d.sweepSome(bounded); err != nil && ctx.Err() == nil {
		d.log.LogAttrs(ctx, slog.LevelWarn, "helpdesk: old idempotency keys were not deleted", slog.Any("error", err))
	}
}
