package httpapi

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// origin is where a client reaches the server: what absolute URLs begin with.
type origin struct {
	scheme, host string
	prefix       string // the path that proxies took away, "" for none
}

// maxForwardedPrefix bounds the path that proxies took away, since each link of an
// answer repeats it.
const maxForwardedPrefix = 255

// parseBaseURL returns what links begin with, without a slash at the end. An
// address without a path gets the prefix.
func parseBaseURL(base, prefix string) (string, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !isHost(u.Host) || u.User != nil || strings.ContainsAny(base, "?#") {
		return "", fmt.Errorf("httpapi: BaseURL %q is not the address of a site, such as https://desk.example.org", base)
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if path == "" {
		path = prefix
	}
	return u.Scheme + "://" + u.Host + path, nil
}

// origin returns where the client reaches the server, by the Host header and by
// what trusted proxies say.
func (h *Handler) origin(r *http.Request) (origin, error) {
	o := origin{scheme: "http", host: r.Host}
	if r.TLS != nil {
		o.scheme = "https"
	}
	if n := h.config.TrustedProxies; n > 0 {
		if err := o.forwarded(r.Header, n); err != nil {
			return o, err
		}
	}
	if !isHost(o.host) {
		return o, badRequest("The host in the request is not a host name.")
	}
	return o, nil
}

// forwarded takes over what the n proxies before the server say. Forwarded (RFC
// 7239) is read where none of the X-Forwarded headers is there: a proxy that sets
// the one may pass the other on as the client sent it.
func (o *origin) forwarded(header http.Header, n int) error {
	protos, hosts, prefixes := header["X-Forwarded-Proto"], header["X-Forwarded-Host"], header["X-Forwarded-Prefix"]
	if len(protos)+len(hosts)+len(prefixes) == 0 {
		return o.standardForwarded(header["Forwarded"], n)
	}
	for _, path := range lastOf(listed(prefixes), n) { // each proxy took away one of them
		path = strings.TrimRight(path, "/")
		if path != "" && !isPath(path) {
			return badRequest("The X-Forwarded-Prefix header is not a path.")
		}
		o.prefix += path
	}
	if len(o.prefix) > maxForwardedPrefix {
		return badRequest("The X-Forwarded-Prefix header is too long.")
	}
	o.set(firstOf(lastOf(listed(protos), n)), firstOf(lastOf(listed(hosts), n)))
	return nil
}

func (o *origin) standardForwarded(values []string, n int) error {
	if len(values) == 0 {
		return nil
	}
	elements, ok := parseForwarded(strings.Join(values, ","))
	if !ok {
		return badRequest("The Forwarded header is not well formed.")
	}
	if hops := lastOf(elements, n); len(hops) > 0 {
		o.set(hops[0]["proto"], hops[0]["host"])
	}
	return nil
}

// set takes over a scheme and a host where they are given. What is not a scheme of
// HTTP is left out.
func (o *origin) set(scheme, host string) {
	if scheme = strings.ToLower(scheme); scheme == "http" || scheme == "https" {
		o.scheme = scheme
	}
	if host != "" {
		o.host = host
	}
}

// listed are the elements of a header that is a list, empty ones included: they
// too were added by a proxy.
func listed(values []string) []string {
	if len(values) == 0 {
		return nil
	}
	all := strings.Split(strings.Join(values, ","), ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// lastOf are the last n elements, or all where there are fewer.
func lastOf[T any](all []T, n int) []T { return all[max(0, len(all)-n):] }

func firstOf(all []string) string {
	if len(all) == 0 {
		return ""
	}
	return all[0]
}

// parseForwarded reads a Forwarded header (RFC 7239, section 4): for each element
// its parameters, by name in lower case.
func parseForwarded(s string) ([]map[string]string, bool) {
	element := map[string]string{}
	all := []map[string]string{element}
	for {
		s = strings.TrimLeft(s, " \t")
		if s != "" && s[0] != ';' && s[0] != ',' {
			name, rest, ok := strings.Cut(s, "=")
			if !ok || strings.ContainsAny(name, " \t\",;") {
				return nil, false
			}
			var value string
			if value, s, ok = forwardedValue(rest); !ok {
				return nil, false
			}
			element[strings.ToLower(name)] = value
			s = strings.TrimLeft(s, " \t")
		}
		switch {
		case s == "":
			return all, true
		case s[0] == ',':
			element = map[string]string{}
			all = append(all, element)
		case s[0] != ';':
			return nil, false
		}
		s = s[1:]
	}
}

// forwardedValue reads a token or a quoted string from the start of s, and returns
// the rest.
func forwardedValue(s string) (value, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, " \t;,")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:], !strings.Contains(s[:end], `"`)
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// isHost reports whether s is a host name (RFC 1123, underscores being letters),
// an IPv4 address or an IPv6 address in brackets, with a port or without.
func isHost(s string) bool {
	if rest, ok := strings.CutPrefix(s, "["); ok {
		address, rest, closed := strings.Cut(rest, "]")
		ip, err := netip.ParseAddr(address)
		return closed && err == nil && ip.Is6() && ip.Zone() == "" && (rest == "" || rest[0] == ':' && isPort(rest[1:]))
	}
	name, port, hasPort := strings.Cut(s, ":")
	if hasPort && !isPort(port) {
		return false
	}
	name = strings.TrimSuffix(name, ".")
	if len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return true
}

// isPort reports whether s is the number of a port, or nothing (RFC 3986, section
// 3.2.3).
func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return s == "" || isDigits(s) && err == nil
}

func isLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// isPath reports whether s is a path from the root as URLs have it (RFC 3986,
// section 3.3).
func isPath(s string) bool {
	if !strings.HasPrefix(s, "/") {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isAlphanumeric(c) && !strings.ContainsRune("/-._~%!$&'()*+,;=:@", rune(c)) {
			return false
		}
	}
	_, err := url.PathUnescape(s)
	return err == nil
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
