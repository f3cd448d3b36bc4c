package user

import (
	"testing"
	"unicode/utf8"
)

func TestKey(t *testing.T) {
	for _, same := range [][]string{
		{"ada", "Ada", "ADA", "Ａｄａ", "ªda"},
		{"straße", "STRASSE", "Straẞe"},
		{"Ωmega", "ωmega", "Ωmega"},                // U+2126 is the ohm sign
		{"josé", "jose\u0301", "JOSÉ"},             // composed or not
		{"σας", "ΣΑΣ", "σασ"},                      // final sigma
		{"\u1fb3", "\u03b1\u0345", "\u03b1\u03b9"}, // iota subscript
		{"ﬁlip", "FILIP"},
		{"k", "K", "\u212a"},
		{""},
	} {
		for _, name := range same {
			if Key(name) != Key(same[0]) {
				t.Errorf("Key(%q) = %+q, Key(%q) = %+q, want them equal", name, Key(name), same[0], Key(same[0]))
			}
		}
	}
	for _, different := range [][2]string{{"jose", "josé"}, {"ada", "ada "}, {"a.b", "ab"}, {"i", "ı"}} {
		if Key(different[0]) == Key(different[1]) {
			t.Errorf("Key(%q) == Key(%q)", different[0], different[1])
		}
	}
}

func TestKeyOfEveryCharacter(t *testing.T) {
	for r := range rune(0x20000) {
		if 0x3400 <= r && r < 0xa000 || 0xac00 <= r && r < 0xf900 {
			continue // ideographs, Hangul and private use: thousands alike
		}
		if key := Key(string(r)); Key(key) != key || utf8.RuneCountInString(key) > 18 {
			t.Errorf("Key(%U) = %+q: Key of that is %+q", r, key, Key(key))
		}
	}
}

func FuzzKeyIsIdempotent(f *testing.F) {
	f.Add("Ada")
	f.Add("\u03b1\u0345\u0301\u1fb3\u0345")
	f.Add("\xed\xa0\x80\xff")
	f.Fuzz(func(t *testing.T, name string) {
		if key := Key(name); Key(key) != key {
			t.Errorf("Key(%+q) = %+q, Key of that = %+q", name, key, Key(key))
		}
	})
}
