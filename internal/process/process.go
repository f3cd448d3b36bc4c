package process

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// CPU returns the processor time that a process has used, in milliseconds.
func CPU(pid int) (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(raw), ") ")
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat: %q", pid, raw)
	}
	user, err := strconv.Atoi(fields[11])
	if err != nil {
		return 0, err
	}
	system, err := strconv.Atoi(fields[12])
	return float64(user+system) * 10, err // Linux reports ticks of 10 ms
}

// Anon returns the anonymous memory of a process, which excludes mapped files, in bytes.
func Anon(pid int) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(raw), "RssAnon:")
	number, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	kib, err := strconv.ParseInt(number, 10, 64)
	return kib << 10, err
}

// PeakAnon samples the anonymous memory of a process until ctx ends, and then sends the
// maximum, in bytes.
func PeakAnon(ctx context.Context, pid int) <-chan int64 {
	ticker := time.NewTicker(5 * time.Millisecond)
	context.AfterFunc(ctx, ticker.Stop)
	return peak(ctx, ticker.C, func() int64 {
		anon, _ := Anon(pid) // 0 if the process has ended
		return anon
	})
}

// peak calls sample at every tick and once after ctx has ended, and then sends the
// maximum.
func peak(ctx context.Context, ticks <-chan time.Time, sample func() int64) <-chan int64 {
	result := make(chan int64, 1)
	go func() {
		var maximum int64
		for ended := false; !ended; {
			select {
			case <-ctx.Done():
				ended = true
			case <-ticks:
			}
			maximum = max(maximum, sample())
		}
		result <- maximum
	}()
	return result
}
