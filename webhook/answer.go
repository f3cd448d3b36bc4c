package webhook

import (
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// Answer is what a receiver answered to one attempt. The zero value says that there was
// no answer.
type Answer struct {
	Status     int           // HTTP status code, 0 for no answer
	RetryAfter string        // value of the Retry-After header, "" for none
	Took       time.Duration // from the start of the attempt to its end
}

// Verdict is what an answer says of a message.
type Verdict int

// The verdicts. The zero value is Failed.
const (
	Failed    Verdict = iota
	Delivered         // The receiver has taken the message.
	Gone              // The receiver wants no messages any more.
)

const (
	// MaxRetryAfter is the longest time that a Retry-After header is followed.
	MaxRetryAfter = 24 * time.Hour

	// Slowdown is for how long a receiver that is overloaded gets no messages, unless it
	// says for how long.
	Slowdown = time.Minute
)

// Judgement is what an answer means.
type Judgement struct {
	Verdict Verdict

	// Pause is for how long no message at all should be sent to the receiver, not only
	// the one that it answered. It is at most MaxRetryAfter.
	Pause time.Duration
}

// Judge returns what an answer means. Status codes from 200 to 299 are success, 410 says
// that the webhook is not wanted any more, and every other one is a failure; redirects are
// too, and are not followed. A failed answer with a Retry-After header, in seconds or as a
// date after now, asks for a pause; so do 429, 502 and 504 without one.
func Judge(a Answer, now time.Time) Judgement {
	switch {
	case 200 <= a.Status && a.Status <= 299:
		return Judgement{Verdict: Delivered}
	case a.Status == 410:
		return Judgement{Verdict: Gone}
	}
	if pause, ok := parseRetryAfter(a.RetryAfter, now); ok {
		return Judgement{Pause: pause}
	}
	switch a.Status {
	case 429, 502, 504:
		return Judgement{Pause: Slowdown}
	}
	return Judgement{}
}

// Action is what to do after an attempt.
type Action int

// The actions. The zero value is Retry.
const (
	Retry   Action = iota // Send the message again after a delay.
	Done                  // The message is delivered.
	Disable               // Disable the webhook, and send it nothing more.
)

// Next returns what to do after the judged attempt. failures is how many attempts to send
// the message have failed, with this one. The delay is that of Delay with random, or the
// pause if that is longer; it is 0 for another action than Retry.
func (j Judgement) Next(failures int, random float64) (Action, time.Duration) {
	switch j.Verdict {
	case Delivered:
		return Done, 0
	case Gone:
		return Disable, 0
	}
	delay, ok := Delay(failures, random)
	if !ok {
		return Disable, 0
	}
	return Retry, max(delay, j.Pause)
}

// dateLayouts has the forms of a date in HTTP (RFC 9110 section 5.6.7), all of which are
// in GMT.
var dateLayouts = [...]string{
	"Mon, 02 Jan 2006 15:04:05 GMT",
	"Monday, 02-Jan-06 15:04:05 GMT",
	"Mon Jan _2 15:04:05 2006",
}

// parseRetryAfter returns the time that a Retry-After header asks to wait, from 0 to
// MaxRetryAfter. It returns false if the header has neither a number of seconds nor a date.
func parseRetryAfter(value string, now time.Time) (time.Duration, bool) {
	value = textproto.TrimString(value)
	if value != "" && strings.Trim(value, "0123456789") == "" {
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > int64(MaxRetryAfter/time.Second) {
			return MaxRetryAfter, true
		}
		return time.Duration(seconds) * time.Second, true
	}
	for _, layout := range dateLayouts {
		if date, err := time.Parse(layout, value); err == nil {
			return min(max(date.Sub(now), 0), MaxRetryAfter), true
		}
	}
	return 0, false
}
