package httpapi_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/httpapi"
	"github.com/go-helpdesk/helpdesk/storage/sqlite"
)

// Mounting the API in a web application, beside what it serves already.
func ExampleNew() {
	desk, done := exampleDesk()
	defer done()

	api, err := httpapi.New(desk, httpapi.Config{
		Prefix:        "/support/api",
		Authenticator: auth.Chain(auth.Basic(desk), auth.Bearer(desk)),
	})
	if err != nil {
		log.Print(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/support/api/", api)

	server := httptest.NewServer(mux)
	defer server.Close()
	resp, err := http.Get(server.URL + "/support/api/tickets/")
	if err != nil {
		log.Print(err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.Status)
	fmt.Println(string(body))
	// Output:
	// 401 Unauthorized
	// {"detail":"Authentication credentials were not provided."}
}

// exampleDesk is a desk on a new file, and what closes and removes it.
func exampleDesk() (*helpdesk.Desk, func()) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "helpdesk")
	if err != nil {
		log.Fatal(err)
	}
	store, err := sqlite.Open(ctx, filepath.Join(dir, "helpdesk.db"))
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Migrate(ctx); err != nil {
		log.Fatal(err)
	}
	desk, err := helpdesk.New(store, helpdesk.Config{})
	if err != nil {
		log.Fatal(err)
	}
	return desk, func() {
		_ = store.Close()
		_ = os.RemoveAll(dir)
	}
}
