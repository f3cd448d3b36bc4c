// Package verifiers tests that receivers of webhooks can verify them: with the libraries
// of Standard Webhooks for Go and for Python. One test has processes deliver that are killed,
// to receivers that fail; go test -deliver 10m makes it longer. The package has tests only,
// and is a module of its own so that the users of the help desk do not need these libraries.
package verifiers
