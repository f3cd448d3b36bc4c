package httpapi

import (
	"maps"
	"net/url"
	"strings"
)

// parameters reads the parameters of a header such as Content-Disposition more
// leniently than package mime: of two the last counts, except that one with a
// character set (RFC 8187) counts most, and what has no value is left out.
func parameters(header string) map[string]string {
	params, extended := map[string]string{}, map[string]string{}
	_, rest := cutParameter(header)
	for rest != "" {
		var p string
		p, rest = cutParameter(rest)
		name, v, found := strings.Cut(p, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !found || name == "" {
			continue
		}
		v = unquoteParameter(strings.TrimSpace(v))
		if plain, starred := strings.CutSuffix(name, "*"); starred {
			if decoded, ok := decodeExtended(v); ok {
				extended[plain] = decoded
			}
			continue
		}
		params[name] = v
	}
	maps.Copy(params, extended)
	return params
}

// cutParameter splits a header at the first ";" outside of quotes.
func cutParameter(s string) (first, rest string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ';' && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// unquoteParameter takes the quotes off a quoted string. Backslashes that
// escape nothing stay: some browsers send whole paths.
func unquoteParameter(v string) string {
	if len(v) < 2 || v[0] != '"' || v[len(v)-1] != '"' {
		return v
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(v[1 : len(v)-1])
}

// decodeExtended decodes a value like UTF-8”%c3%a9.txt.
func decodeExtended(v string) (string, bool) {
	parts := strings.SplitN(v, "'", 3)
	if len(parts) != 3 || !isUTF8(parts[0]) {
		return "", false
	}
	decoded, err := url.PathUnescape(parts[2])
	return toUTF8(decoded), err == nil
}
