package helpdesk_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/user"
)

// TestACursorIsAText, a short one, and a value.
func TestACursorIsAText(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.many(t, 5, nil)
	d.reply(t, &followup.FollowUp{TicketID: d.ticket(t).ID, Comment: new("x")})
	var cursors []helpdesk.Cursor
	pages := func(previous, next helpdesk.Cursor, err error) {
		check(t, err)
		cursors = append(cursors, previous, next)
	}
	_, previous, next, err := d.FollowUps(d.staff, helpdesk.FollowUpQuery{}).Find(t.Context(), helpdesk.Cursor{}, 1)
	pages(previous, next, err)
	byName := d.Users(d.staff, helpdesk.UserQuery{Order: user.Order{By: user.ByUsername, Descending: true}})
	_, previous, next, err = byName.Find(t.Context(), helpdesk.Cursor{}, 2)
	pages(previous, next, err)
	_, previous, next, err = byName.Find(t.Context(), next, 1)
	pages(previous, next, err)
	for i, c := range cursors {
		equal(t, sent(t, c), c)
		text := must(c.MarshalText())(t)
		if len(text) > 60 || (c == helpdesk.Cursor{}) != (len(text) == 0) {
			t.Errorf("cursor %d is %s", i, text)
		}
		var read struct{ Next helpdesk.Cursor }
		check(t, json.Unmarshal(must(json.Marshal(map[string]any{"Next": c}))(t), &read))
		equal(t, read.Next, c)
		for _, other := range cursors[:i] {
			equal(t, c == other, asJSON(c) == asJSON(other))
		}
	}
}

func TestGarbageIsNoCursor(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, _, next, err := d.Users(d.staff, helpdesk.UserQuery{}).Find(t.Context(), helpdesk.Cursor{}, 1)
	check(t, err)
	text := string(must(next.MarshalText())(t))
	raw := must(base64.RawURLEncoding.DecodeString(text))(t)
	encode := func(change func(b []byte) []byte) string {
		return base64.RawURLEncoding.EncodeToString(change(append([]byte(nil), raw...)))
	}
	for what, garbage := range map[string]string{
		"no base64":         "%",
		"padding":           text + "=",
		"a line":            text[:2] + "\n" + text[2:],
		"nothing":           "AA",
		"cut":               text[:len(text)-4],
		"another version":   encode(func(b []byte) []byte { b[0] = 2; return b }),
		"no direction":      encode(func(b []byte) []byte { b[1] = 0; return b }),
		"another direction": encode(func(b []byte) []byte { b[1] = 9; return b }),
		"a start somewhere": encode(func(b []byte) []byte { b[1] = 1; return b }),
		"a long order":      encode(func(b []byte) []byte { b[2] = 200; return b }),
		"no id":             encode(func(b []byte) []byte { b[5] = 0; return b }),
		"a negative id":     encode(func(b []byte) []byte { b[5] = 1; return b }),
		"a long number":     encode(func(b []byte) []byte { return append(b[:5], 0x82, 0x00, 0x00) }),
		"an endless number": encode(func(b []byte) []byte {
			return append(b[:5], 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
		}),
		"no UTF-8": encode(func(b []byte) []byte { return append(b, 0xff) }),
	} {
		c := next
		is(t, c.UnmarshalText([]byte(garbage)), helpdesk.ErrInvalidCursor)
		if equal(t, c, next); t.Failed() {
			t.Fatal(what)
		}
	}
}
