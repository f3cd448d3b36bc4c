package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Result is what a run of the load generator came to. Times are milliseconds.
type Result struct {
	Requests  int     `json:"requests"`
	Errors    int     `json:"errors"`
	Bytes     int64   `json:"bytes"`
	PerSecond float64 `json:"requests_per_s"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	FirstByte float64 `json:"first_byte_p50_ms"`
	CPU       float64 `json:"cpu_ms_per_request"` // of the server's processes
	PeakAnon  int64   `json:"peak_anon_bytes"`    // of the first of them
}

// CPU is the processor time that a process has had, in milliseconds.
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
	return float64(user+system) * 10, err // ticks, a hundred a second on every Linux
}

// Anon is the memory that a process has of its own, without mapped files.
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
