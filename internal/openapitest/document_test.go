package openapitest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
)

// document returns the OpenAPI document that an account of a desk in the start state gets.
func document(t *testing.T, account string, c httpapi.Config) []byte {
	t.Helper()
	d := testdesk.New(t, helpdesk.Config{})
	c.Authenticator = auth.Basic(d.Desk)
	h, err := httpapi.New(d.Desk, c)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/openapi.json", nil)
	r.SetBasicAuth(account, testdesk.Password(account))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// TestTheDocumentIsValid checks the documents of each kind of account against the OpenAPI
// specification.
func TestTheDocumentIsValid(t *testing.T) {
	for _, account := range []string{"admin", "staff", "jane"} {
		for name, c := range map[string]httpapi.Config{"default": {}, "If-Match required": {RequireIfMatch: true}} {
			t.Run(account+" "+name, func(t *testing.T) { isValid(t, document(t, account, c)) })
		}
	}
}

// isValid expects a document that keeps to the OpenAPI specification.
func isValid(t *testing.T, text []byte) {
	t.Helper()
	for _, p := range problems(t, text) {
		t.Error(p)
	}
}

// problems returns what is wrong with a document.
func problems(t *testing.T, text []byte) (list []string) {
	t.Helper()
	parsed, err := libopenapi.NewDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(parsed)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if _, found := v.ValidateDocument(); found != nil {
		for _, p := range found {
			list = append(list, p.Message+": "+p.Reason)
		}
	}
	return list
}

// TestAnInvalidDocumentIsFound makes sure that the validator is not blind.
func TestAnInvalidDocumentIsFound(t *testing.T) {
	const wrong = `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/":{"get":{"responses":{"200":{}}}}}}`
	if len(problems(t, []byte(wrong))) == 0 {
		t.Error("a response without a description is not found")
	}
}
