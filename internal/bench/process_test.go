package bench

import (
	"context"
	"os"
	"testing"
	"time"
)

// What a process takes for a moment is seen, and is no less than what it has.
func TestPeakAnon(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	peak := PeakAnon(ctx, os.Getpid())
	before, err := Anon(os.Getpid())
	if err != nil || before == 0 {
		t.Fatal(before, err)
	}
	const size = 32 << 20
	memory := make([]byte, size)
	for i := range memory {
		memory[i] = 1
	}
	time.Sleep(20 * time.Millisecond)
	cancel()
	if most := <-peak; most < before+size*9/10 {
		t.Errorf("%d bytes at most, after %d and %d more", most, before, len(memory))
	}
}
