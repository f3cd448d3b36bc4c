package verifiers

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/go-helpdesk/helpdesk/webhook"
)

// attempt is one attempt to send a message.
type attempt struct {
	body   []byte
	header http.Header
}

func newAttempt(t *testing.T, secrets webhook.Secrets, body []byte, at time.Time) attempt {
	t.Helper()
	h, err := secrets.Sign(webhook.Message{ID: webhook.NewMessageID(), Body: body}, at)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	header.Set(webhook.HeaderID, h.ID)
	header.Set(webhook.HeaderTimestamp, h.Timestamp)
	header.Set(webhook.HeaderSignature, h.Signature)
	return attempt{body, header}
}

// verifier verifies attempts by what the receiver has, which is the result of
// webhook.Secret.ForReceiver.
type verifier func(t *testing.T, receiverHas string, a attempt) error

func newSecret(t *testing.T, s webhook.Signing) webhook.Secret {
	t.Helper()
	secret, err := webhook.NewSecret(s)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// bodies has bodies of every size, some with bytes and line breaks that a careless
// receiver would change. The library for Python takes only UTF-8.
func bodies() [][]byte {
	all := [][]byte{nil, []byte("{}"), []byte("{\r\n \"é\": \"\u2028😀\"\n}\n"), bytes.Repeat([]byte("x"), webhook.MaxBody)}
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		all = append(all, fmt.Appendf(nil, `{"type":"ticket.created","data":%q}`, strings.Repeat("é\x00. ", r.IntN(2000))))
	}
	return all
}

// verifyAll checks that a verifier accepts what is signed for its receiver, also while a
// secret of any kind replaces another, and nothing else. The times are now, since the
// libraries look at the clock.
func verifyAll(t *testing.T, s webhook.Signing, verify verifier) {
	t.Helper()
	for i, body := range bodies() {
		now := time.Now()
		mine, others := newSecret(t, s), newSecret(t, s)
		secrets := webhook.Secrets{Current: mine}
		for name, signing := range map[string]webhook.Secrets{
			"current":             secrets,
			"replaced":            secrets.Replace(newSecret(t, s), now),
			"replaced by v1":      secrets.Replace(newSecret(t, webhook.V1), now),
			"replaced by v1a":     secrets.Replace(newSecret(t, webhook.V1a), now),
			"replaced twice":      secrets.Replace(newSecret(t, webhook.V1), now).Replace(newSecret(t, webhook.V1a), now),
			"replacing":           webhook.Secrets{Current: others}.Replace(mine, now),
			"replacing v1a":       webhook.Secrets{Current: newSecret(t, webhook.V1a)}.Replace(mine, now),
			"replaced 23 h later": secrets.Replace(others, now.Add(-23*time.Hour)),
		} {
			if err := verify(t, mine.ForReceiver(), newAttempt(t, signing, body, now)); err != nil {
				t.Errorf("body %d, %s: %v", i, name, err)
			}
		}
		a := newAttempt(t, secrets, body, now)
		if err := verify(t, others.ForReceiver(), a); err == nil {
			t.Errorf("body %d: another's secret verifies", i)
		}
		if err := verify(t, mine.ForReceiver(), attempt{append([]byte(" "), body...), a.header}); err == nil {
			t.Errorf("body %d: another body verifies", i)
		}
		if err := verify(t, mine.ForReceiver(), newAttempt(t, secrets.Replace(others, now.Add(-24*time.Hour)), body, now)); err == nil {
			t.Errorf("body %d: a secret that was replaced a day ago verifies", i)
		}
		for _, name := range []string{webhook.HeaderID, webhook.HeaderTimestamp} {
			value := a.header.Get(name)
			last := "1"
			if strings.HasSuffix(value, last) {
				last = "2"
			}
			changed := attempt{a.body, a.header.Clone()}
			changed.header.Set(name, value[:len(value)-1]+last)
			if err := verify(t, mine.ForReceiver(), changed); err == nil {
				t.Errorf("body %d: another %s verifies", i, name)
			}
		}
	}
}

// libraries start the verifiers of the libraries for V1.
var libraries = []func(*testing.T) verifier{func(*testing.T) verifier { return verifyInGo }}

func TestLibraryForGo(t *testing.T) { verifyAll(t, webhook.V1, verifyInGo) }

func verifyInGo(_ *testing.T, receiverHas string, a attempt) error {
	v, err := standardwebhooks.NewWebhook(receiverHas)
	if err != nil {
		return err
	}
	return v.Verify(a.body, a.header)
}

// TestPublicKeys: the released library for Go does not know v1a, so this verifies as the
// standard says, with the public key alone.
func TestPublicKeys(t *testing.T) {
	verifyAll(t, webhook.V1a, func(t *testing.T, receiverHas string, a attempt) error {
		digits, ok := strings.CutPrefix(receiverHas, "whpk_")
		public, err := base64.StdEncoding.DecodeString(digits)
		if !ok || err != nil || len(public) != ed25519.PublicKeySize {
			t.Fatalf("%s is no public key", receiverHas)
		}
		signed := a.header.Get("webhook-id") + "." + a.header.Get("webhook-timestamp") + "." + string(a.body)
		for signature := range strings.SplitSeq(a.header.Get("webhook-signature"), " ") {
			if digits, ok := strings.CutPrefix(signature, "v1a,"); ok {
				if b, err := base64.StdEncoding.DecodeString(digits); err == nil && ed25519.Verify(public, []byte(signed), b) {
					return nil
				}
			}
		}
		return errors.New("no signature fits")
	})
}
