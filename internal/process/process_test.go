package process

import (
	"context"
	"os"
	"runtime"
	"testing"
	"time"
)

func TestAnon(t *testing.T) {
	before, err := Anon(os.Getpid())
	if err != nil || before == 0 {
		t.Fatal(before, err)
	}
	const size = 32 << 20
	memory := make([]byte, size)
	for i := range memory {
		memory[i] = 1
	}
	after, err := Anon(os.Getpid())
	runtime.KeepAlive(memory)
	if err != nil || after < before+size*9/10 {
		t.Errorf("%d bytes before, %d after %d more, %v", before, after, size, err)
	}
}

// Memory that a process has only for a moment counts too.
func TestPeak(t *testing.T) {
	for _, values := range [][]int64{{10, 30, 20}, {10, 20, 30}, {30, 20, 10}} {
		ctx, cancel := context.WithCancel(t.Context())
		ticks := make(chan time.Time)
		next := 0
		most := peak(ctx, ticks, func() int64 { next++; return values[next-1] })
		for range values[1:] {
			ticks <- time.Time{}
		}
		cancel()
		if got := <-most; got != 30 {
			t.Errorf("%v: %d", values, got)
		}
	}
}

func TestPeakAnonEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := <-PeakAnon(ctx, os.Getpid()); got <= 0 {
		t.Errorf("%d bytes", got)
	}
}
