package bench

import (
	"fmt"
	"slices"
)

// Result is the result of a run of the load generator. Times are in milliseconds.
type Result struct {
	Requests     int     `json:"requests"`
	Errors       int     `json:"errors"`
	Bytes        int64   `json:"bytes"`
	PerSecond    float64 `json:"requests_per_s"`
	P50          float64 `json:"p50_ms"`
	P95          float64 `json:"p95_ms"`
	P99          float64 `json:"p99_ms"`
	FirstByte    float64 `json:"first_byte_p50_ms"`
	FirstByteMax float64 `json:"first_byte_max_ms"`
	CPU          float64 `json:"cpu_ms_per_request"` // of the server's processes
	PeakAnon     int64   `json:"peak_anon_bytes"`    // of the first process, above idle if that is known
	IdleAnon     int64   `json:"idle_anon_bytes,omitempty"`
}

// MiB returns the peak memory in mebibytes.
func (r Result) MiB() float64 { return float64(r.PeakAnon) / (1 << 20) }

// Failed returns an error if a request failed, which makes the measurement useless.
func Failed(results ...Result) error {
	for _, r := range results {
		if r.Errors > 0 || r.Requests == 0 {
			return fmt.Errorf("%d of %d requests failed", r.Errors, r.Requests)
		}
	}
	return nil
}

// Spread is the median of some figures and their range.
type Spread struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// Values returns the spread of a figure of results, or zero without results.
func Values(results []Result, of func(Result) float64) Spread {
	all := make([]float64, len(results))
	for i, r := range results {
		all[i] = of(r)
	}
	return spread(all)
}

// Ratios returns the spread of RatiosByRound.
func Ratios(a, b []Result, of func(Result) float64) Spread {
	return spread(RatiosByRound(a, b, of))
}

// RatiosByRound returns the ratio of a to b in each round, in which both had the same
// conditions. If b is 0 the ratio is 0, since JSON has no infinity.
func RatiosByRound(a, b []Result, of func(Result) float64) []float64 {
	all := make([]float64, min(len(a), len(b)))
	for i := range all {
		if other := of(b[i]); other != 0 {
			all[i] = of(a[i]) / other
		}
	}
	return all
}

// spread returns the spread of the figures. It sorts all.
func spread(all []float64) Spread {
	n := len(all)
	if n == 0 {
		return Spread{}
	}
	slices.Sort(all)
	return Spread{(all[(n-1)/2] + all[n/2]) / 2, all[0], all[n-1]}
}

// String formats the median, followed by the range.
func (s Spread) String() string {
	return fmt.Sprintf("%s (%s–%s)", Short(s.Median), Short(s.Min), Short(s.Max))
}

// Short formats a figure with about three digits.
func Short(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	case x >= 0.1 || x == 0:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.2g", x)
}
