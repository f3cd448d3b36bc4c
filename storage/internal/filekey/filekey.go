package filekey

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"
)

// Len is the length of a key in characters.
const Len = 32

// New returns a key that nobody has: 48 bits of time in milliseconds, so that
// content is stored in the order of its arrival, and 80 random bits. It is
// safe for concurrent use.
func New() string {
	var b [Len / 2]byte
	ms := time.Now().UnixMilli()
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	rand.Read(b[6:]) // never fails
	return hex.EncodeToString(b[:])
}

// Before returns the least key that New could make at a time: all keys that were
// made earlier are less.
func Before(t time.Time) string { return fmt.Sprintf("%012x", max(0, t.UnixMilli())) }

// Valid reports whether key looks like one that New makes.
func Valid(key string) bool {
	if len(key) != Len {
		return false
	}
	for _, c := range []byte(key) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
