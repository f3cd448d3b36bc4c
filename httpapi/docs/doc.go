// Package docs serves an interactive page of the API's OpenAPI document. The page lists
// the operations with their parameters, bodies and answers, and sends requests as the
// person who reads it.
//
//	page, err := docs.New(docs.Config{Document: "/api/openapi.json"})
//	mux.Handle("/docs/", page)
//
// The package is optional: nothing else in this module imports it. Its assets are
// embedded, and the page loads nothing from other hosts. Its Content-Security-Policy
// allows only its own script and style sheet, and requests to its own origin.
package docs
