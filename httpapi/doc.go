// Package httpapi serves a Desk over HTTP, in the wire format of
// django-helpdesk's REST API, so that its clients work unchanged:
//
//	api, err := httpapi.New(desk, httpapi.Config{Authenticator: auth.Chain(auth.Basic(desk), auth.Bearer(desk))})
//	mux.Handle("/api/", api)
//
// The handler works under any prefix, whether or not the host strips it.
//
// Each resource is a table of fields: the name of each on the wire, its kind, its
// constraints, and where its value is in the Go type. Requests are decoded and answers are
// encoded by the table. The routes say which operations a resource has, and who may use
// them. Decoding takes what Django REST framework takes. The nouns and the Desk say what
// is wrong with a value, as a problem.Problem, and Config.Message can translate it.
package httpapi
