package cookbook

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/gorilla/mux"
)

// OnChi mounts the API on a chi router. The API takes paths with and without the prefix.
func OnChi(api http.Handler) http.Handler {
	r := chi.NewRouter()
	r.Mount("/api", api)
	return r
}

// OnGorilla mounts the API on a gorilla router. SkipClean keeps the router from redirecting
// paths with two slashes, which would lose a POST; UseEncodedPath leaves %2F alone.
func OnGorilla(api http.Handler) http.Handler {
	r := mux.NewRouter().UseEncodedPath().SkipClean(true)
	r.PathPrefix("/api/").Handler(api)
	r.Path("/api").Handler(api)
	return r
}
