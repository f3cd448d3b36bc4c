package httpapi_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

// TestAChoiceIsEchoedAsItWasSent: a value that is no choice comes back in the
// spelling of the request, lists and objects as compact JSON. (The echo is in
// JSON here, as it stands in the answer.)
func TestAChoiceIsEchoedAsItWasSent(t *testing.T) {
	t.Parallel()
	d := testdesk.New(t, helpdesk.Config{})
	h := newHandler(d.Desk, httpapi.Config{Authenticator: auth.Basic(d.Desk)})
	for sent, echo := range map[string]string{
		`7`:                          `7`,
		`3.0`:                        `3.0`,
		`1E400`:                      `1E400`,
		`true`:                       `True`,
		`" 3"`:                       ` 3`,
		`"\b\f\n\r\t\/\"\\"`:         `\u0008\u000c\n\r\t/\"\\`,
		`"\u00e9\ud83d\ude00"`:       "é😀",
		`{"b": [1, 2.50, null, -0]}`: `{\"b\":[1,2.5,null,0]}`,
		`[1e5, "\u00e9 1.0"]`:        `[100000.0,\"é 1.0\"]`,
	} {
		r := httptest.NewRequest("POST", "/api/tickets/", strings.NewReader(`{"queue":1,"title":"t","priority":`+sent+`}`))
		r.Header.Set("Content-Type", "application/json")
		r.SetBasicAuth("staff", testdesk.Password("staff"))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		want := `{"priority":["\"` + echo + `\" is not a valid choice."]}`
		if w.Code != 400 || w.Body.String() != want {
			t.Errorf("%s: %d %s, want %s", sent, w.Code, w.Body, want)
		}
	}
}
