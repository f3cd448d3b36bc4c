package webhook

import (
	"slices"
	"time"
)

// delays has the time from each failed attempt to the next one, as Standard Webhooks
// recommends it. The first attempt is made at once.
var delays = [...]time.Duration{
	5 * time.Second,
	5 * time.Minute,
	30 * time.Minute,
	2 * time.Hour,
	5 * time.Hour,
	10 * time.Hour,
	14 * time.Hour,
	20 * time.Hour,
	24 * time.Hour,
}

const (
	// MaxAttempts is how often a message is sent before its webhook is disabled.
	MaxAttempts = len(delays) + 1

	// Jitter is by which part a delay is lengthened at most, so that messages which
	// failed together are not repeated together.
	Jitter = 0.1
)

// Delays returns the time from each failed attempt to the next one, without jitter.
func Delays() []time.Duration { return slices.Clone(delays[:]) }

// Delay returns how long to wait before the next attempt after a number of failed ones.
// random is between 0 and 1, as rand.Float64 returns it, and lengthens the delay by up to
// Jitter. Values outside count as the nearest of these. Delay returns false if there is no
// next attempt. Without a failed attempt the delay is 0.
func Delay(failures int, random float64) (time.Duration, bool) {
	if failures <= 0 {
		return 0, true
	}
	if failures >= MaxAttempts {
		return 0, false
	}
	if !(random >= 0) { // also NaN
		random = 0
	}
	d := delays[failures-1]
	return d + time.Duration(min(random, 1)*Jitter*float64(d)), true
}
