package webhook_test

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/webhook"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func TestJudge(t *testing.T) {
	const (
		delivered = webhook.Delivered
		failed    = webhook.Failed
		gone      = webhook.Gone
	)
	for _, c := range []struct {
		status     int
		retryAfter string
		verdict    webhook.Verdict
		pause      time.Duration
	}{
		{200, "", delivered, 0}, {201, "", delivered, 0}, {204, "", delivered, 0}, {299, "", delivered, 0},
		{200, "120", delivered, 0},
		{0, "", failed, 0}, {100, "", failed, 0}, {101, "", failed, 0}, {199, "", failed, 0},
		{300, "", failed, 0}, {301, "", failed, 0}, {302, "", failed, 0}, {304, "", failed, 0}, {307, "", failed, 0}, {308, "", failed,
			0},
		{400, "", failed, 0}, {401, "", failed, 0}, {404, "", failed, 0}, {409, "", failed, 0}, {500, "", failed, 0}, {503, "", failed,
			0},
		{600, "", failed, 0}, {999, "", failed, 0},
		{410, "", gone, 0}, {410, "120", gone, 0},
		{429, "", failed, time.Minute}, {502, "", failed, time.Minute}, {504, "", failed, time.Minute},
		{429, "x", failed, time.Minute}, {429, "0", failed, 0}, {429, "7", failed, 7 * time.Second},
		{503, "120", failed, 2 * time.Minute}, {500, "120", failed, 2 * time.Minute}, {302, "120", failed, 2 * time.Minute},
		{503, " 120\t", failed, 2 * time.Minute}, {503, "000120", failed, 2 * time.Minute},
		{503, "86400", failed, 24 * time.Hour}, {503, "86401", failed, 24 * time.Hour},
		{503, "9223372036854775807", failed, 24 * time.Hour}, {503, "99999999999999999999999", failed, 24 * time.Hour},
		{503, "-1", failed, 0}, {503, "+1", failed, 0}, {503, "1.5", failed, 0}, {503, "1e3", failed, 0}, {503, "0x10", failed, 0},
		{503, "1 2", failed, 0}, {503, "1s", failed, 0}, {503, "٣", failed, 0}, {503, "soon", failed, 0},
		{503, "Fri, 27 Nov 2026 12:05:00 GMT", failed, 5 * time.Minute},
		{503, "Friday, 27-Nov-26 12:05:00 GMT", failed, 5 * time.Minute},
		{503, "Fri Nov 27 12:05:00 2026", failed, 5 * time.Minute},
		{503, "Sun Nov  1 12:05:00 2026", failed, 0},
		{503, "Fri, 27 Nov 2026 12:00:00 GMT", failed, 0}, {503, "Fri, 27 Nov 2020 12:00:00 GMT", failed, 0},
		{503, "Mon, 30 Nov 2026 12:00:00 GMT", failed, 24 * time.Hour}, {503, "Fri, 31 Dec 9999 23:59:59 GMT", failed, 24 * time.Hour},
		{503, "Fri, 27 Nov 2026 12:05:00 CET", failed, 0}, {503, "Fri, 27 Nov 2026 12:05:00 +0100", failed, 0},
		{503, "2026-11-27T12:05:00Z", failed, 0}, {503, "Fri, 31 Feb 2026 12:05:00 GMT", failed, 0},
		{429, "Fri, 27 Nov 2020 12:00:00 GMT", failed, 0},
	} {
		got := webhook.Judge(webhook.Answer{Status: c.status, RetryAfter: c.retryAfter}, now)
		if got != (webhook.Judgement{Verdict: c.verdict, Pause: c.pause}) {
			t.Errorf("%d with %q: got %+v, want %v and %s", c.status, c.retryAfter, got, c.verdict, c.pause)
		}
	}
}

// FuzzRetryAfter: whatever a receiver sends, the pause is within its limits, and what
// net/http takes for a date is one.
func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "120", "99999999999999999999", "-1", "Fri, 27 Nov 2026 12:05:00 GMT",
		"Friday, 27-Nov-26 12:05:00 GMT",
		"Fri Nov 27 12:05:00 2026", "Sun, 06 Nov 0000 08:49:37 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 27 Nov 2026 12:05:00.5 GMT"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		j := webhook.Judge(webhook.Answer{Status: 503, RetryAfter: s}, now)
		if j.Pause < 0 || j.Pause > webhook.MaxRetryAfter || j.Verdict != webhook.Failed {
			t.Fatalf("%q: %+v", s, j)
		}
		if j.Pause == 0 {
			return
		}
		date, err := http.ParseTime(s)
		seconds, numberErr := strconv.ParseFloat(s, 64)
		switch {
		case err == nil && min(date.Sub(now), webhook.MaxRetryAfter) != j.Pause:
			t.Errorf("%q: %s, but the date is in %s", s, j.Pause, date.Sub(now))
		case numberErr == nil && min(seconds, webhook.MaxRetryAfter.Seconds()) != j.Pause.Seconds():
			t.Errorf("%q: %s, but the number is %v", s, j.Pause, seconds)
		}
	})
}

func TestSchedule(t *testing.T) {
	want := []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
		14 * time.Hour,
		20 * time.Hour, 24 * time.Hour}
	if got := webhook.Delays(); !slices.Equal(got, want) || webhook.MaxAttempts != 10 {
		t.Errorf("%v, %d attempts", got, webhook.MaxAttempts)
	}
	webhook.Delays()[0] = 0
	total := time.Duration(0)
	for failures := 0; ; failures++ {
		d, ok := webhook.Delay(failures, 0)
		if !ok {
			if failures != webhook.MaxAttempts {
				t.Errorf("the end comes after %d failures", failures)
			}
			break
		}
		if failures > 0 && d != want[failures-1] || failures == 0 && d != 0 {
			t.Errorf("after %d failures: %s", failures, d)
		}
		total += d
	}
	if total != 75*time.Hour+35*time.Minute+5*time.Second { // as the table of the standard says
		t.Errorf("the last attempt is after %s", total)
	}
	if d, ok := webhook.Delay(-1, 0.5); d != 0 || !ok {
		t.Errorf("after -1 failures: %s, %v", d, ok)
	}
	if _, ok := webhook.Delay(math.MaxInt, 0); ok {
		t.Error("there is no end")
	}
}

func TestJitterIsBounded(t *testing.T) {
	for i, d := range webhook.Delays() {
		most := d + d/10
		for random, want := range map[float64]time.Duration{0: d, 0.5: d + d/20, 1: most, -1: d, 2: most, math.Inf(1): most,
			math.Inf(-1): d} {
			if got, _ := webhook.Delay(i+1, random); (got-want).Abs() > time.Microsecond || got < d || got > most {
				t.Errorf("after %d failures with %v: %s, want %s", i+1, random, got, want)
			}
		}
		if got, _ := webhook.Delay(i+1, math.NaN()); got != d {
			t.Errorf("after %d failures with NaN: %s", i+1, got)
		}
	}
}

func TestNext(t *testing.T) {
	for _, c := range []struct {
		verdict  webhook.Verdict
		pause    time.Duration
		failures int
		action   webhook.Action
		delay    time.Duration
	}{
		{webhook.Delivered, 0, 0, webhook.Done, 0},
		{webhook.Delivered, time.Hour, 9, webhook.Done, 0},
		{webhook.Gone, 0, 1, webhook.Disable, 0},
		{webhook.Failed, 0, 1, webhook.Retry, 5 * time.Second},
		{webhook.Failed, time.Minute, 1, webhook.Retry, time.Minute},
		{webhook.Failed, time.Minute, 2, webhook.Retry, 5 * time.Minute},
		{webhook.Failed, 24 * time.Hour, 5, webhook.Retry, 24 * time.Hour},
		{webhook.Failed, 0, 9, webhook.Retry, 24 * time.Hour},
		{webhook.Failed, 0, 10, webhook.Disable, 0},
		{webhook.Failed, time.Hour, 11, webhook.Disable, 0},
	} {
		action, delay := webhook.Judgement{Verdict: c.verdict, Pause: c.pause}.Next(c.failures, 0)
		if action != c.action || delay != c.delay {
			t.Errorf("%+v: got %v after %s", c, action, delay)
		}
	}
	if _, delay := (webhook.Judgement{}).Next(1, 1); delay != 5500*time.Millisecond {
		t.Errorf("with jitter: %s", delay)
	}
}
