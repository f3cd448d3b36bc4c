package httpapi

import (
	"net/http"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

const (
	// maxPiece is how many bytes are written at once to a client that was slow to take
	// the last piece. Any other client gets all that there is in one write.
	maxPiece = 32 << 10

	// slow is how long an answer waits for its client before it counts as waiting.
	slow = time.Second
)

// waiting counts, by account, the answers that wait for their clients.
type waiting struct {
	maxPerAccount int

	mu        sync.Mutex
	byAccount map[int64]int // without accounts that have none
}

// enter reports whether one more answer of an account may wait, and counts it.
func (w *waiting) enter(account int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byAccount[account] >= w.maxPerAccount {
		return false
	}
	if w.byAccount == nil {
		w.byAccount = map[int64]int{}
	}
	w.byAccount[account]++
	return true
}

// leave takes back what enter counted.
func (w *waiting) leave(account int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byAccount[account]--; w.byAccount[account] == 0 {
		delete(w.byAccount, account)
	}
}

// client sends an answer. It cuts the connection off when the answer waits for too long,
// or when too many answers of the account wait.
type client struct {
	out      http.ResponseWriter
	control  *http.ResponseController
	waiting  *waiting
	account  int64
	patience time.Duration // how long the answer may wait for each MiB that was sent

	sent   int64
	waited time.Duration
	slow   bool        // the last piece took a while
	timer  *time.Timer // runs tooSlow, while bytes are being sent

	mu      sync.Mutex
	since   time.Time // when sending began; zero while nothing is sent
	counted bool      // as one that waits
}

func newClient(h *Handler, w http.ResponseWriter, actor *user.User) *client {
	c := &client{out: w, control: http.NewResponseController(w), waiting: &h.waiting, patience: h.config.ClientWait}
	if actor != nil {
		c.account = actor.ID
	}
	return c
}

// Write implements io.Writer.
func (c *client) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		var sent int
		some := p
		if c.slow {
			some = p[:min(len(p), maxPiece)]
		}
		err = c.during(func() (err error) {
			sent, err = c.out.Write(some)
			return err
		})
		n, p = n+sent, p[sent:]
		c.sent += int64(sent)
	}
	return n, err
}

// Flush sends what the server has buffered.
func (c *client) Flush() error { return c.during(c.control.Flush) }

// during measures how long send waits for the client, and limits that by a deadline.
func (c *client) during(send func() error) error {
	allowed := time.Duration(float64(c.patience) * max(1, float64(c.sent)/(1<<20)))
	start := time.Now()
	_ = c.control.SetWriteDeadline(start.Add(allowed - c.waited)) // where the host's writer can
	c.mu.Lock()
	c.since = start
	c.mu.Unlock()
	if c.timer == nil {
		c.timer = time.AfterFunc(slow, c.tooSlow)
	} else {
		c.timer.Reset(slow)
	}
	err := send()
	c.timer.Stop()
	c.mu.Lock()
	c.since = time.Time{}
	if c.counted {
		c.counted = false
		c.waiting.leave(c.account)
	}
	c.mu.Unlock()
	took := time.Since(start)
	c.waited += took
	c.slow = took > slow/8
	return err
}

// tooSlow counts an answer that waits for its client. If too many wait already, it cuts
// the connection off.
func (c *client) tooSlow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.since.IsZero() || time.Since(c.since) < slow || c.counted { // the bytes were sent before the timer was stopped
		return
	}
	if c.counted = c.waiting.enter(c.account); !c.counted {
		_ = c.control.SetWriteDeadline(time.Unix(1, 0))
	}
}

// done removes the deadline from a connection that will be used again.
func (c *client) done() { _ = c.control.SetWriteDeadline(time.Time{}) }
