package auth

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/user"
)

// What Basic costs after the first request, against a host's check that knows
// the user already.
func BenchmarkAfterTheFirst(b *testing.B) {
	p := newPeople()
	p.put(b, "ada", "secret", true)
	known := Identity{User: &user.User{Username: "ada"}}
	for name, a := range map[string]Authenticator{
		"basic": Basic(p),
		"none":  Func(func(*http.Request) (Identity, error) { return known, nil }),
	} {
		b.Run(name, func(b *testing.B) {
			r := request("ada", "secret")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := a.Authenticate(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// How long the right password takes, with hashes as they are by default, while
// somebody tries a hundred wrong ones a second: remembered, and verified each
// time. (Without a throttle the latter would wait ever longer.)
func BenchmarkUnderAttack(b *testing.B) {
	const every = 10 * time.Millisecond
	b.Run("remembered/calm", func(b *testing.B) { loginUnderAttack(b, 0, false) })
	b.Run("remembered/attack", func(b *testing.B) { loginUnderAttack(b, every, false) })
	b.Run("remembered/unthrottled", func(b *testing.B) { loginUnderAttack(b, every, false, Unthrottled()) })
	b.Run("verified/calm", func(b *testing.B) { loginUnderAttack(b, 0, true) })
	b.Run("verified/attack", func(b *testing.B) { loginUnderAttack(b, every, true) })
}

func loginUnderAttack(b *testing.B, every time.Duration, forget bool, options ...BasicOption) {
	p := newPeople()
	p.hasher.Params = user.DefaultParams()
	p.put(b, "ada", "secret", true)
	a := Basic(p, options...)
	who := loginKey{place(home), "ada"}
	if got := from(a, home, "ada", "secret"); got != "in" {
		b.Fatal(got)
	}
	if every > 0 {
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		go guessEvery(ctx, every, a)
	}
	var took []time.Duration
	for b.Loop() {
		if forget {
			a.verified.forget(who)
		}
		begin := time.Now()
		if got := from(a, home, "ada", "secret"); got != "in" {
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
func guessEvery(ctx context.Context, every time.Duration, a *BasicAuthenticator) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			go from(a, away, "ada", fmt.Sprint("guess ", i))
		}
	}
}
