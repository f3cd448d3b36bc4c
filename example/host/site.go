package main

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// on is the shop with its help desk on a router: chi or std.
func (s *shop) on(mux string) http.Handler {
	if mux == "std" {
		return s.onServeMux()
	}
	return s.onChi()
}

// onChi mounts the desk on chi, which strips nothing from the path. The shop
// guards its own forms against other sites; the desk's API guards itself, and
// must not be guarded twice, since programs with a token may come from anywhere.
func (s *shop) onChi() http.Handler {
	r := chi.NewRouter()
	r.Group(func(own chi.Router) {
		own.Use(guarded)
		own.Post("/login", s.login)
		own.Post("/logout", s.logout)
		own.Post("/orders", s.postOrder)
	})
	r.Mount(prefix, s.api)
	return r
}

// onServeMux mounts it on http.ServeMux, which would redirect the API's root
// without a slash, and lose its method, were that not handled too.
func (s *shop) onServeMux() http.Handler {
	own := http.NewServeMux()
	own.HandleFunc("POST /login", s.login)
	own.HandleFunc("POST /logout", s.logout)
	own.HandleFunc("POST /orders", s.postOrder)

	mux := http.NewServeMux()
	mux.Handle("/", guarded(own))
	mux.Handle(prefix, s.api)
	mux.Handle(prefix+"/", s.api)
	return mux
}

// maxForm bounds the body of a form of the shop's, in bytes.
const maxForm = 64 << 10

// guarded refuses what other sites send, and reads the form.
func guarded(next http.Handler) http.Handler {
	return http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "The form is too large, or not one.", http.StatusBadRequest)
			return
		}
		next.ServeHTTP(w, r)
	}))
}
