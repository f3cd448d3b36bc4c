package httpapi

import (
	"crypto/sha256"
	"encoding/binary"
	"io"
	"maps"
	"slices"
	"strings"
)

// A retry of a request has the same digest, though its multipart boundary differs. What
// differs in spelling alone, such as JSON and a form, has another one.

// digest returns a digest of a body and of the query, without the passwords.
func (in *input) digest(query string, of *schema) []byte {
	h := sha256.New()
	kind := "json"
	if in.form {
		kind = "form"
	}
	writePart(h, kind)
	writePart(h, query)
	for _, name := range in.sortedNames() {
		if !isPassword(of, name) {
			in.writeField(h, name)
		}
	}
	return h.Sum(nil)
}

// secret returns the passwords of a body, "" for none.
func (in *input) secret(of *schema) string {
	var out strings.Builder
	for _, name := range in.sortedNames() {
		if isPassword(of, name) {
			in.writeField(&out, name)
		}
	}
	return out.String()
}

func (in *input) sortedNames() []string { return slices.Sorted(maps.Keys(in.values)) }

func isPassword(of *schema, name string) bool {
	f := of.find(name)
	return f != nil && f.kind == kindPassword
}

// writeField writes every value of a field, in the order in which they came.
func (in *input) writeField(w io.Writer, name string) {
	values := in.lists[name]
	if !in.form {
		values = []value{in.values[name]}
	}
	writePart(w, name)
	writeNumber(w, uint64(len(values)))
	for _, v := range values {
		writeNumber(w, uint64(v.sent))
		switch {
		case v.sent == sentFile:
			writePart(w, v.upload.Filename)
			writePart(w, v.upload.MIMEType)
			writePart(w, string(in.sums[v.upload]))
		case v.nameless:
			writeNumber(w, 1)
			writePart(w, v.text)
		default:
			writePart(w, v.plain())
		}
	}
}

// writePart writes a text so that it cannot be taken for two.
func writePart(w io.Writer, s string) {
	writeNumber(w, uint64(len(s)))
	_, _ = io.WriteString(w, s) // what it is written to does not fail
}

func writeNumber(w io.Writer, n uint64) { _, _ = w.Write(binary.BigEndian.AppendUint64(nil, n)) }
