package user

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/problem"
)

func TestSecretsOfTokensAreLongAndNeverTheSame(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		secret := NewTokenSecret()
		if len(secret) != len(TokenStart)+52 || !strings.HasPrefix(secret, TokenStart) || strings.ToLower(secret) != secret ||
			seen[secret] {
			t.Fatal(secret)
		}
		seen[secret] = true
	}
}

func TestTokenPrefix(t *testing.T) {
	secret := NewTokenSecret()
	prefix, ok := TokenPrefix(secret)
	if want := secret[:len(TokenStart)+10]; !ok || prefix != want {
		t.Errorf("got %q, %v, want %q", prefix, ok, want)
	}
	for _, bad := range []string{"", TokenStart, secret[:len(secret)-1], secret + "x", strings.ToUpper(secret), "x" + secret[1:],
		strings.Repeat("x", len(secret))} {
		if prefix, ok := TokenPrefix(bad); ok || prefix != "" {
			t.Errorf("%q: %q, %v", bad, prefix, ok)
		}
	}
}

func TestASealedTokenFitsItsSecretAlone(t *testing.T) {
	var token Token
	secret := NewTokenSecret()
	if token.Fits(secret) || token.Fits("") {
		t.Error("a token without a digest fits")
	}
	token.Seal(secret)
	if prefix, _ := TokenPrefix(secret); token.Prefix != prefix {
		t.Errorf("prefix %q, want %q", token.Prefix, prefix)
	}
	if !token.Fits(secret) {
		t.Error("does not fit")
	}
	if strings.Contains(string(token.Digest), secret[len(token.Prefix):]) {
		t.Error("the secret is kept")
	}
	for _, bad := range []string{"", token.Prefix, string(token.Digest), secret[:len(secret)-1] + "_", NewTokenSecret()} {
		if token.Fits(bad) {
			t.Errorf("%q fits", bad)
		}
	}
}

func TestCheckToken(t *testing.T) {
	for _, test := range []struct {
		name string
		want problem.Error
	}{
		{"backup", problem.Error{}},
		{"", problem.Error{}}, // what it is for need not be said
		{strings.Repeat("é", MaxTokenName), problem.Error{}},
		{strings.Repeat("é", MaxTokenName+1), problem.Error{"name": {tooLong(MaxTokenName)}}},
		{"a\x00", problem.Error{"name": {nullChar}}},
		{"a\xed\xa0\x80", problem.Error{"name": {surrogate("U+D800")}}},
	} {
		if got := (&Token{Name: test.name}).Check(); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%.20q: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestATokenExpiresWithinTheCalendar(t *testing.T) {
	outside := problem.Error{"expires": {{Reason: problem.DatetimeRange}}}
	for year, want := range map[int]problem.Error{0: outside, 1: {}, 9999: {}, 10000: outside} {
		got := (&Token{Expires: new(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC))}).Check()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d: %v, want %v", year, got, want)
		}
	}
}

func TestExpired(t *testing.T) {
	end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		expires *time.Time
		now     time.Time
		want    bool
	}{
		{nil, end, false},
		{&end, end.Add(-1), false},
		{&end, end, true},
		{&end, end.Add(1), true},
		{&end, end.In(time.FixedZone("", 3600)), true},
	} {
		if got := (&Token{Expires: test.expires}).Expired(test.now); got != test.want {
			t.Errorf("expires %v, now %v: %v", test.expires, test.now, got)
		}
	}
}
