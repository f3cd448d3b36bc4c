package httpapi

import (
	"net/http"
	"sync"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

const (
	// maxPiece is how many bytes are given at once to a client that takes its time, so
	// that each piece by itself may take a second. Other clients get all there is in
	// one write.
	maxPiece = 32 << 10

	// slow is how long an answer waits for its client before it counts as one of those
	// that wait.
	slow = time.Second
)

// waiting counts, by account, the answers that wait for their clients.
type waiting struct {
	most int

	mu        sync.Mutex
	byAccount map[int64]int // of accounts with one at least
}

// enter reports whether one more answer of an account may wait, and counts it.
func (w *waiting) enter(account int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byAccount[account] >= w.most {
		return false
	}
	if w.byAccount == nil {
		w.byAccount = map[int64]int{}
	}
	w.byAccount[account]++
	return true
}

// leave ends what enter counted.
func (w *waiting) leave(account int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byAccount[account]--; w.byAccount[account] == 0 {
		delete(w.byAccount, account)
	}
}

// client is who an answer is sent to. It is cut off when it makes the answer wait for
// too long, or too many answers of its account wait.
type client struct {
	out      http.ResponseWriter
	control  *http.ResponseController
	waiting  *waiting
	account  int64
	patience time.Duration // for each MiB that was sent

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

// during measures how long the client makes send wait, and cuts it off when that is too
// long.
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

// tooSlow counts an answer that waits for its client, or cuts that off.
func (c *client) tooSlow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.since.IsZero() || time.Since(c.since) < slow || c.counted { // it was sent meanwhile
		return
	}
	if c.counted = c.waiting.enter(c.account); !c.counted {
		_ = c.control.SetWriteDeadline(time.Unix(1, 0))
	}
}

// done ends the limits on a connection that goes on.
func (c *client) done() { _ = c.control.SetWriteDeadline(time.Time{}) }
