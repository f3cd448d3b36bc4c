package httpapi

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/idempotency"
)

const (
	keyHeader      = "Idempotency-Key"
	replayedHeader = "Idempotency-Replayed"
)

// keptHeaders are the headers of an answer that a replay repeats, besides those of every
// answer. The entity tag is that of the body that is sent again, so a client can change
// the object that it sees there, unless somebody else has changed it since.
var keptHeaders = []string{"Cache-Control", "Etag", "Location"}

// keyed is a POST with an Idempotency-Key.
type keyed struct {
	request  helpdesk.Request
	progress helpdesk.Progress // when it came
}

// findKey reads the Idempotency-Key of a POST, and looks for a request that had it before.
// Without the header it does nothing.
func (x *exchange) findKey() error {
	values := x.r.Header[keyHeader]
	if x.r.Method != http.MethodPost || len(values) == 0 {
		return nil
	}
	key, ok := parseKey(values)
	if !ok {
		return badRequest(fmt.Sprintf("The header %s must be one text of 1 to %d visible ASCII characters, bare or in double quotes.",
			keyHeader, idempotency.MaxKey))
	}
	scope := parameterInPath.ReplaceAllStringFunc(x.route.path, func(p string) string { return x.params.ByName(p[1:]) })
	k := &keyed{request: helpdesk.Request{Key: key, Scope: scope}}
	var err error
	if k.progress, err = x.h.desk.Progress(x.r.Context(), x.actor, k.request); err != nil {
		return err
	}
	x.keyed = k
	return nil
}

// parseKey reads a key: a string of RFC 8941, or the same without quotes.
func parseKey(values []string) (key string, ok bool) {
	if len(values) != 1 {
		return "", false
	}
	key = strings.Trim(values[0], " \t")
	inner, quoted := strings.CutPrefix(key, `"`)
	if quoted {
		if key, ok = unquoteKey(inner); !ok {
			return "", false
		}
	}
	for i := range len(key) {
		if c := key[i]; c < ' ' || c > '~' || !quoted && (c == ' ' || c == '"') {
			return "", false
		}
	}
	return key, key != "" && len(key) <= idempotency.MaxKey
}

// unquoteKey reads a quoted string behind its first quote.
func unquoteKey(s string) (string, bool) {
	var key []byte
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return string(key), i == len(s)-1
		case '\\':
			if i++; i == len(s) || s[i] != '"' && s[i] != '\\' {
				return "", false
			}
		}
		key = append(key, s[i])
	}
	return "", false
}

// replayKnown reads a request that was carried out before, and replays its answer. It keeps
// none of the files.
func (x *exchange) replayKnown() error {
	if _, err := x.read(); err != nil {
		return err
	}
	return x.once(false, func() (func([]byte) []byte, error) {
		return nil, helpdesk.ErrStillRunning // it has expired since it was found
	})
}

// once answers a POST with an Idempotency-Key. Do makes the change on x.desk, perhaps
// several times, and returns what appends the result to the answer, nil for an answer
// without a body. The answer is made within the transaction, and sent after it. An answer
// with a secret is not kept.
func (x *exchange) once(secret bool, do func() (func([]byte) []byte, error)) (err error) {
	r := x.keyed.request
	r.Content, r.Secret = x.in.digest(x.r.URL.RawQuery, x.operation.takes), x.in.secret(x.operation.takes)
	x.status = x.operation.status
	x.h.buffered(func(b []byte) []byte {
		var kept []byte
		replayed, hasBody := false, false
		kept, replayed, err = x.h.desk.Once(x.r.Context(), x.actor, r, func(d *helpdesk.Desk) ([]byte, error) {
			x.release()
			x.overflow, x.failed = nil, nil // of an earlier run
			x.desk = d
			appendTo, err := do()
			if err != nil {
				return nil, err
			}
			if b, hasBody = b[:0], appendTo != nil; hasBody {
				b = appendTo(b)
			}
			return x.keep(b, secret), x.failed
		})
		x.desk = x.h.desk
		switch {
		case err != nil:
			x.withdraw()
		case replayed:
			err = x.replay(kept)
		case hasBody:
			err = x.finish(b)
		default:
			x.sendNothing()
		}
		return b
	})
	return err
}

// keep returns an answer in the form in which it is stored: the status and some headers as
// in HTTP, and the body. One that is not kept lacks the body, and has a mark.
func (x *exchange) keep(body []byte, secret bool) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%d", x.status)
	headers := http.Header{}
	for _, name := range keptHeaders {
		if values := x.w.Header()[name]; values != nil {
			headers[name] = values
		}
	}
	head := func(mark string) { out.WriteString(mark + "\r\n"); _ = headers.Write(&out); out.WriteString("\r\n") }
	if secret || x.overflow != nil || len(body) > maxKeptBody {
		head(" " + notKept)
		return out.Bytes()
	}
	head("")
	out.Write(body)
	return out.Bytes()
}

const (
	// maxKeptBody is how many bytes a body may have that is kept. The rest is for headers.
	maxKeptBody = idempotency.MaxAnswer - 4<<10

	notKept = "not kept"
)

// replay sends an answer that was kept.
func (x *exchange) replay(kept []byte) error {
	r := textproto.NewReader(bufio.NewReader(bytes.NewReader(kept)))
	first, err := r.ReadLine()
	if err != nil {
		return err
	}
	headers, err := r.ReadMIMEHeader()
	if err != nil {
		return err
	}
	for name, values := range headers {
		x.w.Header()[name] = values
	}
	status, mark, _ := strings.Cut(first, " ")
	if mark == notKept {
		x.dropETag() // the client has not seen what it is the tag of
		return newFailure(http.StatusConflict,
			"This request was carried out before. Its answer is not kept, because it is too long or has a secret.")
	}
	if x.status, err = strconv.Atoi(status); err != nil {
		return err
	}
	body, err := io.ReadAll(r.R)
	if err != nil {
		return err
	}
	x.w.Header().Set(replayedHeader, "true")
	if x.status == http.StatusNoContent {
		x.sent = true
		x.w.WriteHeader(x.status)
		return nil
	}
	return x.finish(body)
}

// keyFailure returns the answer to a request whose Idempotency-Key stands in its way, nil
// for any other error.
func keyFailure(err error) *failure {
	switch {
	case errors.Is(err, helpdesk.ErrKeyReused):
		return newFailure(http.StatusUnprocessableEntity, "This %s was used for another request.", keyHeader)
	case errors.Is(err, helpdesk.ErrStillRunning):
		return newFailure(http.StatusConflict, "A request with this %s is still being carried out. Please try again.", keyHeader).after(1)
	}
	return nil
}
