package filekey_test

import (
	"strings"
	"testing"
	"time"

	"github.com/go-helpdesk/helpdesk/storage/internal/filekey"
)

func TestNew(t *testing.T) {
	a, b := filekey.New(), filekey.New()
	if a == b || !filekey.Valid(a) || !filekey.Valid(b) {
		t.Errorf("keys %q, %q", a, b)
	}
	time.Sleep(2 * time.Millisecond)
	if later := filekey.New(); later <= a {
		t.Errorf("%q comes after %q", later, a)
	}
}

func TestValid(t *testing.T) {
	for _, key := range []string{"", "0", strings.Repeat("0", 31), strings.Repeat("0", 33), strings.Repeat("A", 32),
		strings.Repeat("g", 32), "../" + strings.Repeat("0", 29)} {
		if filekey.Valid(key) {
			t.Errorf("%q is valid", key)
		}
	}
}
