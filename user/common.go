package user

import (
	"bytes"
	"compress/flate"
	_ "embed" // for commonFlate
	"io"
	"sync"
)

// commonFlate holds the 19,640 distinct passwords of the list that Django
// ships as common-passwords.txt.gz: the most frequent ones of public leaks,
// compiled by Royce Williams,
// https://gist.github.com/roycewilliams/226886fd01572964e1431ac8afc999ce.
// Django is under the 3-clause BSD licence. Only the words of the list are taken
// from it.
//
// The format is raw DEFLATE over the sorted words, front coded: one byte below 0x20
// says how many bytes a word shares with the previous word. The remaining bytes of
// the word follow, all of them 0x20 or above.
//
//go:embed common.flate
var commonFlate []byte

// common returns the set of common passwords. The first call unpacks it.
var common = sync.OnceValue(func() map[string]struct{} {
	packed, err := io.ReadAll(flate.NewReader(bytes.NewReader(commonFlate)))
	if err != nil {
		panic("helpdesk: the embedded list of common passwords is damaged: " + err.Error())
	}
	words := make(map[string]struct{}, 20_000)
	var word []byte
	for len(packed) > 0 {
		word = word[:packed[0]]
		packed = packed[1:]
		end := bytes.IndexFunc(packed, func(r rune) bool { return r < 0x20 })
		if end < 0 {
			end = len(packed)
		}
		word = append(word, packed[:end]...)
		packed = packed[end:]
		words[string(word)] = struct{}{}
	}
	return words
})

// isCommon reports whether a password is common. The password is in lower case and
// trimmed.
func isCommon(password string) bool {
	_, found := common()[password]
	return found
}
