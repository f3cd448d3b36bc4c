package webhook_test

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// The examples are those that the tests of the libraries of Standard Webhooks have.
func TestPublishedSignatures(t *testing.T) {
	m := webhook.Message{ID: "msg_p5jXN8AQM9LWM0D4loKWxJek", Body: []byte(`{"test": 2432232314}`)}
	for secret, want := range map[string]string{
		"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		"whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=": "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mk" +
			"ATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==",
	} {
		got, err := webhook.Secrets{Current: parse(t, secret)}.Sign(m, time.Unix(1614265330, 999_999_999))
		if err != nil || got != (webhook.Header{ID: m.ID, Timestamp: "1614265330", Signature: want}) {
			t.Errorf("%v, %v", got, err)
		}
	}
}

// sign returns the signatures of a message at a time.
func sign(t *testing.T, s webhook.Secrets, at time.Time) string {
	t.Helper()
	h, err := s.Sign(webhook.Message{ID: "msg_1", Body: []byte("{}")}, at)
	if err != nil {
		t.Fatal(err)
	}
	return h.Signature
}

func TestBothSecretsSignForADay(t *testing.T) {
	start := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	a, b := newSecret(t, webhook.V1), newSecret(t, webhook.V1a)
	before := webhook.Secrets{Current: a}
	after := before.Replace(b, start)
	for _, c := range []struct {
		at   time.Duration
		both bool
	}{{0, true}, {24*time.Hour - time.Nanosecond, true}, {24 * time.Hour, false}, {1000 * time.Hour, false}} {
		at := start.Add(c.at)
		want := sign(t, webhook.Secrets{Current: b}, at)
		if c.both {
			want += " " + sign(t, before, at)
		}
		if got := sign(t, after, at); got != want {
			t.Errorf("after %s: got %s, want %s", c.at, got, want)
		}
	}
	if !before.Current.Equal(a) || before.Old != nil {
		t.Error("Replace has changed its receiver")
	}
}

func TestReplaceKeepsWhatIsValid(t *testing.T) {
	start := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	var s webhook.Secrets
	s = s.Replace(newSecret(t, webhook.V1), start)
	if len(s.Old) != 0 {
		t.Errorf("%d old ones after the first", len(s.Old))
	}
	first := s.Current
	for i := range webhook.MaxOld {
		s = s.Replace(newSecret(t, webhook.V1), start.Add(time.Duration(i)*time.Hour))
	}
	if len(s.Old) != webhook.MaxOld || !s.Old[webhook.MaxOld-1].Secret.Equal(first) ||
		!s.Old[webhook.MaxOld-1].Until.Equal(start.Add(webhook.Overlap)) {
		t.Errorf("%d old ones", len(s.Old))
	}
	more := s.Replace(newSecret(t, webhook.V1), start.Add(5*time.Hour))
	if len(more.Old) != webhook.MaxOld || !more.Old[0].Secret.Equal(s.Current) || more.Old[webhook.MaxOld-1].Secret.Equal(first) {
		t.Errorf("%d old ones, and the first is not left out", len(more.Old))
	}
	// Only the secret that was replaced last, 23 hours before, is still valid.
	later := s.Replace(newSecret(t, webhook.V1), start.Add(26*time.Hour))
	if len(later.Old) != 2 || !later.Old[0].Secret.Equal(s.Current) || !later.Old[1].Secret.Equal(s.Old[0].Secret) {
		t.Errorf("%d old ones a day later", len(later.Old))
	}
}

func TestMessagesThatCannotBeSigned(t *testing.T) {
	secrets := webhook.Secrets{Current: newSecret(t, webhook.V1)}
	for _, id := range []string{"", "a.b", "a b", "a\n", "é", "a,b", strings.Repeat("x", 65)} {
		if _, err := secrets.Sign(webhook.Message{ID: id}, time.Now()); !errors.Is(err, webhook.ErrMessageID) {
			t.Errorf("id %q: %v", id, err)
		}
	}
	for size, want := range map[int]error{0: nil, webhook.MaxBody: nil, webhook.MaxBody + 1: webhook.ErrBodySize} {
		m := webhook.Message{ID: strings.Repeat("x", 64), Body: make([]byte, size)}
		if _, err := secrets.Sign(m, time.Now()); !errors.Is(err, want) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	if webhook.MaxBody >= 20_000 {
		t.Error("a body of 20 kB is allowed")
	}
	if _, err := (webhook.Secrets{}).Sign(webhook.Message{ID: "a"}, time.Now()); !errors.Is(err, webhook.ErrNoSecret) {
		t.Error(err)
	}
}

func TestNewMessageID(t *testing.T) {
	a, b := webhook.NewMessageID(), webhook.NewMessageID()
	if a == b || !regexp.MustCompile(`^msg_[A-Z0-9]{26}$`).MatchString(a) {
		t.Errorf("%s, %s", a, b)
	}
	if err := (webhook.Message{ID: a}).Check(); err != nil {
		t.Error(err)
	}
}

// TestSigningIsSafeForConcurrentUse fails under the race detector if it is not.
func TestSigningIsSafeForConcurrentUse(t *testing.T) {
	now := time.Now()
	s := webhook.Secrets{Current: newSecret(t, webhook.V1)}.Replace(newSecret(t, webhook.V1a), now)
	want := sign(t, s, now)
	body := make([]byte, 2, 100) // with room behind it, which no signature may write to
	copy(body, "{}")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				h, err := s.Sign(webhook.Message{ID: "msg_1", Body: body}, now)
				if err != nil || h.Signature != want {
					t.Errorf("%v, %v", h, err)
				}
				s.Replace(s.Current, now)
			}
		})
	}
	group.Wait()
}
