// Package jsontext appends JSON (RFC 8259) to byte slices, without reflection and without
// allocating for each value. The API encodes its answers with it. Texts are UTF-8. Only
// those characters are escaped that JSON requires, and U+2028 and U+2029 for clients that
// parse JSON as JavaScript.
package jsontext
