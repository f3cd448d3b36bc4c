// Package verifiers tests that receivers of webhooks can verify them: with the libraries
// of Standard Webhooks for Go and for Python. It has tests only, and is a module of its
// own so that the users of the help desk do not need these libraries.
package verifiers
