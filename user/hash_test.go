package user

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var cheap = Params{Memory: 8, Time: 1, Threads: 1}

func cheapHasher(parallel int) *Hasher {
	h := NewHasher(parallel)
	h.Params = cheap
	return h
}

func TestHashAndVerify(t *testing.T) {
	ctx := t.Context()
	var zero Hasher
	for name, h := range map[string]*Hasher{"zero": &zero, "default": NewHasher(2), "cheap": cheapHasher(0)} {
		for _, password := range []string{"secret", "", "pässwörd", strings.Repeat("x", 5000)} {
			encoded, err := h.Hash(ctx, password)
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := h.Verify(ctx, encoded, password); !ok || err != nil {
				t.Errorf("%s: Verify of the right password: %v, %v", name, ok, err)
			}
			if ok, err := h.Verify(ctx, encoded, password+" "); ok || err != nil {
				t.Errorf("%s: Verify of a wrong password: %v, %v", name, ok, err)
			}
			if again, _ := h.Hash(ctx, password); again == encoded {
				t.Errorf("%s: two hashes of one password are equal", name)
			}
		}
	}
	if encoded, _ := zero.Hash(ctx, "x"); !strings.HasPrefix(encoded, "$argon2id$v=19$m=7168,t=5,p=1$") {
		t.Errorf("default parameters: %s", encoded)
	}
}

func TestVerifyOthersHashes(t *testing.T) {
	// These are from the tests of the reference implementation of argon2.
	const foreign = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	if ok, err := NewHasher(1).Verify(t.Context(), foreign, "password"); !ok || err != nil {
		t.Errorf("Verify = %v, %v", ok, err)
	}
}

func TestVerifyRefuses(t *testing.T) {
	const salt, key = "c29tZXNhbHQ", "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	for encoded, want := range map[string]error{
		"!":                               ErrUnknownScheme,
		"plain":                           ErrUnknownScheme,
		"pbkdf2_sha256$1000000$salt$hash": ErrUnknownScheme,
		"$2b$12$abcdefghijklmnopqrstuv":   ErrUnknownScheme,
		"$argon2i$v=19$m=256,t=2,p=1$" + salt + "$" + key: ErrUnknownScheme,
		"$argon2id": ErrUnknownScheme,

		"$argon2id$":                           ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=1$" + salt: ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + key + "$":               ErrMalformedHash,
		"$argon2id$v=16$m=256,t=2,p=1$" + salt + "$" + key:                     ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2$" + salt + "$" + key:                         ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=1,x=1$" + salt + "$" + key:                 ErrMalformedHash,
		"$argon2id$v=19$m=0256,t=2,p=1$" + salt + "$" + key:                    ErrMalformedHash,
		"$argon2id$v=19$m=-1,t=2,p=1$" + salt + "$" + key:                      ErrMalformedHash,
		"$argon2id$v=19$m=7,t=2,p=1$" + salt + "$" + key:                       ErrMalformedHash,
		"$argon2id$v=19$m=15,t=2,p=2$" + salt + "$" + key:                      ErrMalformedHash,
		"$argon2id$v=19$m=262145,t=2,p=1$" + salt + "$" + key:                  ErrMalformedHash,
		"$argon2id$v=19$m=4294967296,t=2,p=1$" + salt + "$" + key:              ErrMalformedHash,
		"$argon2id$v=19$m=256,t=0,p=1$" + salt + "$" + key:                     ErrMalformedHash,
		"$argon2id$v=19$m=256,t=65,p=1$" + salt + "$" + key:                    ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=0$" + salt + "$" + key:                     ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=17$" + salt + "$" + key:                    ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=1$$" + key:                                 ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$":                           ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + key[:8]:                 ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + key + "=":               ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=1$" + salt + "$" + key[:42] + "!":          ErrMalformedHash,
		"$argon2id$v=19$m=256,t=2,p=1$" + strings.Repeat("A", 400) + "$" + key: ErrMalformedHash,
	} {
		if ok, err := cheapHasher(1).Verify(t.Context(), encoded, "password"); ok || !errors.Is(err, want) {
			t.Errorf("Verify(%s) = %v, %v, want %v", encoded, ok, err, want)
		}
	}
}

func TestNoPasswordFitsNoHash(t *testing.T) {
	for _, password := range []string{"", "x"} {
		if ok, err := cheapHasher(1).Verify(t.Context(), "", password); ok || err != nil {
			t.Errorf("Verify of %q: %v, %v", password, ok, err)
		}
	}
}

func TestParamsOutOfRange(t *testing.T) {
	h := NewHasher(1)
	h.Params = Params{Memory: 8, Time: 1} // no thread
	if _, err := h.Hash(t.Context(), "x"); err == nil {
		t.Error("Hash worked with no thread")
	}
	if err := h.VerifyNobody(t.Context(), "x"); err != nil {
		t.Errorf("VerifyNobody: %v", err)
	}
}

func TestHashingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := cheapHasher(2)
		encoded, err := h.Hash(t.Context(), "secret")
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // two hashes are being computed
			if err := h.queue.acquire(t.Context()); err != nil {
				t.Fatal(err)
			}
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.Hash(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Hash did not wait for its turn: %v", err)
		}
		if _, err := h.Verify(ctx, encoded, "secret"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Verify did not wait for its turn: %v", err)
		}
		if err := h.VerifyNobody(ctx, "secret"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("VerifyNobody did not wait for its turn: %v", err)
		}

		time.AfterFunc(time.Minute, h.queue.release) // one of them ends
		if ok, err := h.Verify(t.Context(), encoded, "secret"); !ok || err != nil {
			t.Errorf("Verify after the wait: %v, %v", ok, err)
		}
	})
}

func TestEndedContextComputesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 { // a select would choose at random
		if _, err := cheapHasher(1).Hash(ctx, "x"); !errors.Is(err, context.Canceled) {
			t.Fatalf("Hash: %v", err)
		}
	}
}

func TestHasherConcurrently(t *testing.T) {
	var h Hasher
	h.Params = cheap
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			encoded, err := h.Hash(t.Context(), "secret")
			if ok, err2 := h.Verify(t.Context(), encoded, "secret"); !ok || err != nil || err2 != nil {
				t.Error(ok, err, err2)
			}
		})
	}
	wg.Wait()
}

func BenchmarkVerify(b *testing.B) {
	h := NewHasher(1)
	encoded, err := h.Hash(b.Context(), "secret")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if ok, err := h.Verify(b.Context(), encoded, "secret"); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
