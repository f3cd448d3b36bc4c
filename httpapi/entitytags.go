package httpapi

import "strings"

// comparison says whether a tag that a client sent is the current one, which is strong
// (RFC 9110, section 8.8.3.2).
type comparison func(sent, current string) bool

// strongly is the comparison of If-Match.
func strongly(sent, current string) bool { return sent == current }

// weakly is the comparison of If-None-Match.
func weakly(sent, current string) bool { return strings.TrimPrefix(sent, "W/") == current }

// hasTag reports whether the lines of a header list an entity tag. "*" lists every tag. What
// follows a mistake in the list does not count.
func hasTag(lines []string, current string, same comparison) bool {
	rest := strings.Trim(strings.Join(lines, ","), " \t")
	if rest == "*" {
		return true
	}
	for {
		rest = strings.TrimLeft(rest, " \t,")
		tag, behind, ok := cutTag(rest)
		if !ok {
			return false
		}
		if same(tag, current) {
			return true
		}
		if behind = strings.TrimLeft(behind, " \t"); behind != "" && behind[0] != ',' {
			return false
		}
		rest = behind
	}
}

// cutTag cuts an entity tag off the beginning of a list.
func cutTag(list string) (tag, rest string, ok bool) {
	opaque := strings.TrimPrefix(list, "W/")
	if !strings.HasPrefix(opaque, `"`) {
		return "", "", false
	}
	end := strings.IndexByte(opaque[1:], '"')
	if end < 0 {
		return "", "", false
	}
	length := len(list) - len(opaque) + end + 2
	return list[:length], list[length:], true
}
