// Package httpapi serves a Desk over HTTP, in the wire format of
// django-helpdesk's REST API, so that its clients work unchanged:
//
//	api, err := httpapi.New(desk, httpapi.Config{Authenticator: auth.Chain(auth.Basic(desk), auth.Bearer(desk))})
//	mux.Handle("/api/", api)
//
// The handler works under any prefix, stripped by the host or not. One table
// of routes says what there is, who may use it and what is answered; one file
// per resource says how it is read and written. Decoding takes what Django
// REST framework takes, the nouns and the Desk say what is wrong with it, and
// words.go says it to clients.
package httpapi
