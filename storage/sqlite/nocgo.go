//go:build !cgo

package sqlite

// The driver contains SQLite itself, in C. Without cgo this does not compile, so
// that the compiler says what is missing.
var _ int = "storage/sqlite needs cgo: install a C compiler and set CGO_ENABLED=1"
