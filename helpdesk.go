package helpdesk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/passwords"
	"github.com/go-helpdesk/helpdesk/storage"
	"github.com/go-helpdesk/helpdesk/user"
)

// Errors that a Desk returns, wrapped or not. Compare with errors.Is.
var (
	// ErrForbidden means that the actor may not do this.
	ErrForbidden = errors.New("helpdesk: forbidden")

	// ErrInUse means that something still uses what was to be deleted, or has values of
	// the type that was to be changed.
	ErrInUse = errors.New("helpdesk: in use")

	// ErrLastSuperuser means that nobody would be left who may do everything.
	ErrLastSuperuser = errors.New("helpdesk: last active superuser")

	// ErrNotFound means that there is no such thing, or none that the actor may see.
	ErrNotFound = storage.ErrNotFound

	// ErrConflict means that somebody else changed it at the same time. Try again.
	ErrConflict = errors.New("helpdesk: changed at the same time")

	// ErrChanged means that an object is not any more what the caller wants to change or
	// delete: see IfVersion. Read it again.
	ErrChanged = errors.New("helpdesk: changed since it was read")

	// ErrUnknownOutcome means that the connection was lost during the commit. Look
	// whether it happened before you try again.
	ErrUnknownOutcome = storage.ErrUnknownOutcome

	// ErrBusy means that the database cannot take it now. Try later.
	ErrBusy = storage.ErrBusy

	// ErrFull means that there is no room left on a disk.
	ErrFull = storage.ErrFull
)

// SlowListError says that a list of tickets, or a count of them, was given up at the
// statement timeout of the Store, and which filters to narrow.
type SlowListError = storage.SlowListError

// Config configures a Desk. The zero value is a good default.
type Config struct {
	// Logger gets what a program's operator should know; nil means slog.Default().
	Logger *slog.Logger

	// Now is the clock; nil means time.Now.
	Now func() time.Time

	// Extensions are the file name extensions that attachments may have, in
	// lower case with their dot. Nil means followup.DefaultExtensions. Names
	// without an extension are always fine.
	Extensions []string

	// Policy decides who may do what; nil means DefaultPolicy{}.
	Policy Policy

	// KeepResolved leaves a resolved ticket resolved when its requester replies.
	// Otherwise that reopens it.
	KeepResolved bool

	// CacheTTL is how long users, tokens, queues and custom fields are cached.
	// Changes made by other processes may take that long to appear; changes made
	// by this Desk count at once. 0 means a second, and a negative value turns the
	// cache off.
	CacheTTL time.Duration

	// Limits bound what a requester may create. The zero value means the defaults. What
	// they have used is kept in memory: each process counts for itself.
	Limits Limits

	// LimitsOf, when set, returns the limits of each actor instead, staff included.
	// NoLimits is for those who have none. It is called often.
	LimitsOf func(actor *user.User) Limits

	// EventRetention is how long Sweep and Run keep events and ended deliveries. 0 means 90
	// days, and with a negative value they are kept for ever. Without Sweep and Run they are
	// never deleted.
	EventRetention time.Duration

	// MaxEventRetention is how long an event is kept that an active webhook waits for. 0
	// means twice EventRetention. What is deleted then is logged.
	MaxEventRetention time.Duration

	// Webhooks says how Run delivers webhooks.
	Webhooks WebhookConfig

	// BeforeCommit, when set, is called in the transaction of each write with the events
	// that it stored. What it writes with tx is committed along with the write. When it
	// returns an error, nothing is written, and the use case returns that error. Over HTTP
	// a problem.Error or one of this package is answered as such, and any other is logged
	// and answered with a 500. A Reason of the problem.Error may be a text of the host's own.
	// BeforeCommit may be called again when the transaction is repeated. It must use tx, and
	// not the Desk. Others wait for what it locks, and on SQLite for all of it. Positions
	// may be 0. When it refuses that Run disables a webhook, that stays active.
	BeforeCommit BeforeCommit

	// Hasher hashes passwords, a bounded number at once; nil means
	// user.NewHasher(0): one per processor, of 7 MiB of memory each.
	Hasher *user.Hasher

	// Unthrottled has every password verified, however many were wrong. It is for a
	// host with a throttle of its own. See Login.
	Unthrottled bool
}

const defaultEventRetention = 90 * 24 * time.Hour

// Desk is a help desk over a store. It is safe for concurrent use, and starts
// nothing in the background.
type Desk struct {
	store      storage.Store
	log        *slog.Logger
	clock      func() time.Time
	extensions []string
	hasher     *user.Hasher
	policy     Policy
	cache      *cache
	limits     Limits // of requesters
	limitsOf   func(*user.User) Limits
	usage      *usage
	checker    *passwords.Checker
	addresses  *storedKey // for the digests of addresses
	requests   *storedKey // for those of requests with an idempotency key
	running    *running

	keepResolved bool
	keepEvents   time.Duration // negative for ever
	keepNeeded   time.Duration // events that a webhook waits for
	webhooks     WebhookConfig

	notices      *notices
	beforeCommit BeforeCommit

	joined  bool           // it was made by With
	written *joinedBatch   // by the use cases of a Desk that With returned, else nil
	unit    *unit          // what this Desk is inside of, by Atomically; nil for nothing
	observe func([]change) // is called with what a use case has changed, before it is committed; may be nil
}

// New returns a Desk over the store, whose schema is the caller's to migrate. It does not
// use the database. The error wraps errors.ErrUnsupported and names what is missing when
// the store does not keep every noun of storage.Tx. A setting that cannot be is an error, too.
func New(s storage.Store, c Config) (*Desk, error) {
	if s == nil {
		return nil, errors.New("helpdesk: New needs a store")
	}
	if missing := storage.MissingNouns(s); len(missing) > 0 {
		return nil, fmt.Errorf("helpdesk: the store does not keep %s: %w", strings.Join(missing, ", "), errors.ErrUnsupported)
	}
	if err := c.Webhooks.check(); err != nil {
		return nil, err
	}
	d := &Desk{
		store: s, log: c.Logger, clock: c.Now, extensions: c.Extensions, hasher: c.Hasher, policy: c.Policy,
		cache: &cache{ttl: c.CacheTTL}, addresses: &storedKey{}, requests: &storedKey{}, keepResolved: c.KeepResolved,
		keepEvents: c.EventRetention, keepNeeded: c.MaxEventRetention, webhooks: c.Webhooks, notices: newNotices(),
		beforeCommit: c.BeforeCommit, limits: c.Limits.complete(), limitsOf: c.LimitsOf, usage: &usage{},
		running: &running{wait: maxRequestWait},
	}
	if d.log == nil {
		d.log = slog.Default()
	}
	if d.clock == nil {
		d.clock = time.Now
	}
	if d.policy == nil {
		d.policy = DefaultPolicy{}
	}
	if d.extensions == nil {
		d.extensions = followup.DefaultExtensions()
	}
	if c.CacheTTL == 0 {
		d.cache.ttl = defaultCacheTTL
	}
	if d.keepEvents == 0 {
		d.keepEvents = defaultEventRetention
	}
	if d.keepNeeded = max(d.keepNeeded, d.keepEvents); c.MaxEventRetention == 0 {
		d.keepNeeded = 2 * d.keepEvents
	}
	if d.hasher == nil {
		d.hasher = user.NewHasher(0)
	}
	d.checker = passwords.New(d.hasher, !c.Unthrottled)
	return d, nil
}

// With returns the same desk over another store, such as one joined to a host's open
// transaction. The returned Desk does not cache. The Desk d may serve outdated values for
// up to Config.CacheTTL after the host has committed.
func (d *Desk) With(s storage.Store) *Desk {
	other := *d
	other.store, other.cache, other.joined, other.unit = s, &cache{parent: d.cache}, true, nil
	other.written = &joinedBatch{}
	other.addresses, other.requests = &storedKey{}, &storedKey{} // what the transaction writes may be rolled back
	return &other
}

// Ready returns nil when the store answers and has the right schema.
func (d *Desk) Ready(ctx context.Context) error { return d.store.Ready(ctx) }

// Logger is where the desk logs.
func (d *Desk) Logger() *slog.Logger { return d.log }

// now is the desk's time as stores keep it.
func (d *Desk) now() time.Time { return d.clock().UTC().Truncate(time.Microsecond) }
