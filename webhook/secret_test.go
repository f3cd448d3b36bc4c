package webhook_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/webhook"
)

func newSecret(t *testing.T, s webhook.Signing) webhook.Secret {
	t.Helper()
	secret, err := webhook.NewSecret(s)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func parse(t *testing.T, text string) webhook.Secret {
	t.Helper()
	secret, err := webhook.ParseSecret(text)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func TestNewSecrets(t *testing.T) {
	shared, private := newSecret(t, webhook.V1), newSecret(t, webhook.V1a)
	if shared.Signing() != webhook.V1 || private.Signing() != webhook.V1a || shared.IsZero() || private.IsZero() {
		t.Errorf("kinds: %s and %s", shared.Signing(), private.Signing())
	}
	raw := func(text, start string) []byte {
		digits, ok := strings.CutPrefix(text, start)
		b, err := base64.StdEncoding.DecodeString(digits)
		if !ok || err != nil {
			t.Errorf("%.6s…: want %s and base64: %v", text, start, err)
		}
		return b
	}
	if n := len(raw(shared.Reveal(), "whsec_")); n != 32 {
		t.Errorf("a secret of %d bytes", n)
	}
	if shared.ForReceiver() != shared.Reveal() {
		t.Error("the receiver of v1 does not get the secret")
	}
	seed, public := raw(private.Reveal(), "whsk_"), raw(private.ForReceiver(), "whpk_")
	if !bytes.Equal(ed25519.NewKeyFromSeed(seed)[ed25519.SeedSize:], public) {
		t.Error("the public key is not that of the private one")
	}
	for _, s := range []webhook.Signing{webhook.V1, webhook.V1a} {
		a, b := newSecret(t, s), newSecret(t, s)
		if a.Equal(b) || a.Reveal() == b.Reveal() {
			t.Errorf("%s: the same secret twice", s)
		}
		if !a.Equal(parse(t, a.Reveal())) || a.Equal(webhook.Secret{}) {
			t.Errorf("%s: Equal is wrong", s)
		}
	}
	if _, err := webhook.NewSecret("v2"); !errors.Is(err, webhook.ErrSigning) {
		t.Errorf("v2: %v", err)
	}
	var zero webhook.Secret
	if zero.Reveal()+zero.ForReceiver()+string(zero.Signing()) != "" || !zero.IsZero() {
		t.Error("the zero value is a secret")
	}
}

func TestParseSecret(t *testing.T) {
	digits := func(n int) string { return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xFB}, n)) }
	for _, text := range []string{
		"whsec_" + digits(24), "whsec_" + digits(25), "whsec_" + digits(64), "whsk_" + digits(32),
		newSecret(t, webhook.V1).Reveal(), newSecret(t, webhook.V1a).Reveal(),
	} {
		if got := parse(t, text).Reveal(); got != text {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	for _, text := range []string{
		"", "whsec_", "whsk_", digits(24), "whsec_" + digits(23), "whsec_" + digits(65), "whsk_" + digits(31), "whsk_" + digits(64),
		"whpk_" + digits(32), "WHSEC_" + digits(24), "whsec_" + digits(24) + "\n", "whsec_\n" + digits(24), " whsec_" + digits(24),
		"whsec_" + strings.TrimRight(digits(25), "="), "whsec_" + strings.ReplaceAll(digits(24), "+", "-"),
		"whsec_" + strings.Replace(digits(25), "w==", "x==", 1), // bits that do not count are set
		"whsec_" + digits(24) + "!",
	} {
		if _, err := webhook.ParseSecret(text); !errors.Is(err, webhook.ErrSecret) {
			t.Errorf("%q: %v", text, err)
		} else if err.Error() != webhook.ErrSecret.Error() {
			t.Errorf("%q: the error is %q", text, err)
		}
	}
}

// TestSecretsAreHidden wherever a program could write one by mistake.
func TestSecretsAreHidden(t *testing.T) {
	for _, s := range []webhook.Signing{webhook.V1, webhook.V1a} {
		secret, old := newSecret(t, s), newSecret(t, s)
		w := &webhook.Webhook{ID: 1, Secrets: webhook.Secrets{Current: secret, Old: []webhook.OldSecret{{Secret: old,
			Until: time.Now()}}}}
		var out bytes.Buffer
		unexported := struct {
			secret  webhook.Secret
			webhook webhook.Webhook
			any     any
		}{secret, *w, secret}
		for _, v := range []any{secret, &secret, w, *w, w.Secrets, w.Secrets.Old, unexported, &unexported, []any{secret},
			map[string]webhook.Secret{"a": secret}} {
			for _, verb := range "vsqxXdobUeEfFgGtcp" {
				for _, flags := range []string{"", "+", "#", " ", "0", "100", "-100.3"} {
					fmt.Fprintf(&out, "%"+flags+string(verb)+"\n", v)
				}
			}
			for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
				slog.New(h).Info("x", "v", v)
			}
			if b, err := json.Marshal(v); err == nil {
				out.Write(b)
			}
			if b, err := xml.Marshal(v); err == nil {
				out.Write(b)
			}
		}
		out.WriteString(secret.String() + secret.GoString())
		_, err := webhook.ParseSecret(secret.Reveal() + "x")
		fmt.Fprintln(&out, err)
		notIn(t, out.String(), secret, old)
	}
}

// notIn checks that a text has the secrets in no form.
func notIn(t *testing.T, text string, secrets ...webhook.Secret) {
	t.Helper()
	for _, secret := range secrets {
		_, digits, _ := strings.Cut(secret.Reveal(), "_")
		raw, err := base64.StdEncoding.DecodeString(digits)
		if err != nil {
			t.Fatal(err)
		}
		var numbers []string
		for _, format := range []string{"%d %d %d %d", "0x%x, 0x%x, 0x%x, 0x%x", "%02x%02x%02x%02x", "%02X%02X%02X%02X", "%o %o %o %o",
			"%b %b %b %b", "%d,%d,%d,%d", "%d, %d, %d, %d", "%02x %02x %02x %02x", "%U %U %U %U"} {
			numbers = append(numbers, fmt.Sprintf(format, raw[4], raw[5], raw[6], raw[7]))
		}
		for _, form := range append(numbers, digits[:8], string(raw[:8]), fmt.Sprintf("%q", raw[:8])) {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%q is in %.200q", form, text[max(at-100, 0):])
			}
		}
	}
}

func TestHiddenSecretsAreMarked(t *testing.T) {
	secret := newSecret(t, webhook.V1)
	inJSON, err := secret.MarshalJSON()
	if err != nil {
		t.Error(err)
	}
	inText, err := secret.MarshalText()
	if err != nil {
		t.Error(err)
	}
	for _, got := range []string{secret.String(), secret.GoString(), secret.LogValue().String(), string(inText),
		strings.Trim(string(inJSON), `"`),
		fmt.Sprintf("%v", secret), fmt.Sprintf("%#v", &secret), fmt.Sprintf("%08d", secret), fmt.Sprintf("%v", []any{secret})} {
		if strings.Trim(got, "[]") != "secret" {
			t.Error(got)
		}
	}
	b, err := json.Marshal(map[string]any{"a": secret})
	if err != nil || string(b) != `{"a":"[secret]"}` {
		t.Errorf("%s, %v", b, err)
	}
}
