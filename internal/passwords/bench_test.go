package passwords

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

// BenchmarkAfterTheFirst measures a login that is remembered.
func BenchmarkAfterTheFirst(b *testing.B) {
	d := newDesk()
	d.put(b, "ada", "secret")
	b.ReportAllocs()
	for b.Loop() {
		if got := d.from(home, "ada", "secret"); got != "in" {
			b.Fatal(got)
		}
	}
}

// How long the right password takes, with hashes as they are by default, while
// somebody tries a hundred wrong ones a second: remembered, and verified each
// time. (Without a throttle the latter would wait ever longer.)
func BenchmarkUnderAttack(b *testing.B) {
	const every = 10 * time.Millisecond
	b.Run("remembered/calm", func(b *testing.B) { loginUnderAttack(b, 0, false) })
	b.Run("remembered/attack", func(b *testing.B) { loginUnderAttack(b, every, false) })
	b.Run("verified/calm", func(b *testing.B) { loginUnderAttack(b, 0, true) })
	b.Run("verified/attack", func(b *testing.B) { loginUnderAttack(b, every, true) })
}

func loginUnderAttack(b *testing.B, every time.Duration, forget bool) {
	d := newDesk()
	d.hasher.Params = user.DefaultParams()
	d.put(b, "ada", "secret")
	login := d.from
	if forget {
		login = d.change
	}
	if got := d.from(home, "ada", "secret"); got != "in" {
		b.Fatal(got)
	}
	if every > 0 {
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		go guessEvery(ctx, every, d)
	}
	var took []time.Duration
	for b.Loop() {
		begin := time.Now()
		if got := login(home, "ada", "secret"); got != "in" {
			b.Fatal(got)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}

// guessEvery tries wrong passwords from another address until the context ends,
// without waiting for the answers.
func guessEvery(ctx context.Context, every time.Duration, d *desk) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			go d.from(away, "ada", fmt.Sprint("guess ", i))
		}
	}
}
