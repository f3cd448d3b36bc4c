// Package jsontext appends JSON (RFC 8259) to byte slices, without reflection
// and without an allocation a value: lists of tickets are written with it.
// Text is UTF-8, escaped only where JSON demands it, and U+2028 and U+2029 for
// the sake of clients that read it as JavaScript.
package jsontext
