package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/internal/diskfull"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// failure is an answer that is not a success: a detail, or an error of the
// whole body.
type failure struct {
	status     int
	detail     string
	nonField   string // instead of detail
	retryAfter int    // seconds; 0 says nothing
	cause      error  // for the log
}

func (f *failure) Error() string { return fmt.Sprintf("%d %s%s", f.status, f.detail, f.nonField) }
func (f *failure) Unwrap() error { return f.cause }

func badRequest(detail string) error { return &failure{status: http.StatusBadRequest, detail: detail} }

func notFound() error { return &failure{status: http.StatusNotFound, detail: "Not found."} }

func errFileTooLarge(limit int64) error {
	return &failure{status: http.StatusRequestEntityTooLarge, detail: fmt.Sprintf("A file is larger than the limit of %d bytes.", limit)}
}

func errTooManyFiles(limit int) error {
	return &failure{status: http.StatusRequestEntityTooLarge, detail: fmt.Sprintf("There are more than %d files.", limit)}
}

// fail answers a request with an error: the one place where errors become HTTP.
func (x *exchange) fail(err error) {
	if invalid, ok := errors.AsType[problem.Error](err); ok {
		x.send(http.StatusBadRequest, x.appendProblems(nil, invalid))
		return
	}
	f := x.toFailure(err)
	if f.retryAfter > 0 {
		x.w.Header().Set("Retry-After", strconv.Itoa(f.retryAfter))
	}
	if f.status == http.StatusRequestEntityTooLarge {
		x.w.Header().Set("Connection", "close") // the rest of the body is not read
	}
	body := []byte(`{"detail":`)
	text, end := f.detail, "}"
	if f.nonField != "" {
		body, text, end = []byte(`{"non_field_errors":[`), f.nonField, "]}"
	}
	x.send(f.status, append(jsontext.String(body, text), end...))
}

// toFailure is what an error means to a client. What is our mistake is logged,
// once, and told as nothing but that.
func (x *exchange) toFailure(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if limited, ok := errors.AsType[*helpdesk.LimitError](err); ok {
		return limitReached(limited)
	}
	if throttled, ok := errors.AsType[*user.Throttled](err); ok {
		wait := max(1, int(math.Ceil(throttled.RetryAfter.Seconds())))
		return &failure{status: http.StatusTooManyRequests, detail: fmt.Sprintf("Request was throttled. Expected available in %d seconds.", wait), retryAfter: wait}
	}
	switch {
	case errors.Is(err, helpdesk.ErrForbidden):
		return &failure{status: http.StatusForbidden, detail: "You do not have permission to perform this action."}
	case errors.Is(err, helpdesk.ErrNotFound):
		return &failure{status: http.StatusNotFound, detail: "No " + x.route.model + " matches the given query."}
	case errors.Is(err, helpdesk.ErrLastSuperuser):
		return &failure{status: http.StatusConflict, detail: "This is the last active superuser. Make another user one first."}
	case errors.Is(err, helpdesk.ErrInUse):
		return &failure{status: http.StatusConflict, detail: x.route.inUse}
	case errors.Is(err, helpdesk.ErrConflict):
		return &failure{status: http.StatusConflict, detail: "This was changed by somebody else at the same time. Please try again.", retryAfter: 1}
	case errors.Is(err, helpdesk.ErrUnknownOutcome):
		x.log(slog.LevelError, "commit with unknown outcome", err)
		return &failure{status: http.StatusServiceUnavailable, retryAfter: 1,
			detail: "The connection to the database was lost while this was being saved: it may have been. Please look before you try again."}
	case errors.Is(err, helpdesk.ErrFull), diskfull.Is(err):
		x.h.full.Do(func() { x.log(slog.LevelError, "no room left", err) })
		return &failure{status: http.StatusInsufficientStorage, detail: "The server has no room left to store this. Please tell the people who run this site."}
	case errors.Is(err, helpdesk.ErrBusy):
		x.log(slog.LevelWarn, "database busy", err)
		return &failure{status: http.StatusServiceUnavailable, detail: "The server is busy. Please try again.", retryAfter: 1}
	case errors.Is(err, user.ErrBusy):
		return &failure{status: http.StatusServiceUnavailable, detail: "The server is busy. Please try again.", retryAfter: 1}
	case x.r.Context().Err() != nil && errors.Is(err, context.Canceled):
		return &failure{status: http.StatusServiceUnavailable, detail: "The request was cancelled."} // nobody is there to read it
	case errors.Is(err, context.DeadlineExceeded):
		x.log(slog.LevelWarn, "request timed out", err)
		return &failure{status: http.StatusServiceUnavailable, detail: "The request took too long. Please try again.", retryAfter: 1}
	}
	x.log(slog.LevelError, "request failed", err)
	return &failure{status: http.StatusInternalServerError, detail: "Server error."}
}

// limitReached is a limit of an account, in words.
func limitReached(e *helpdesk.LimitError) *failure {
	wait := max(1, int(math.Ceil(e.RetryAfter.Seconds())))
	switch e.Reason {
	case helpdesk.BytesPerRequest:
		return errTooLarge(e.Limit)
	case helpdesk.AnswersPerTicket:
		return &failure{status: http.StatusConflict, detail: fmt.Sprintf("You have %d answers on this ticket, which is the limit. Please open another ticket.", e.Limit)}
	case helpdesk.CreatesPerMinute:
		return &failure{status: http.StatusTooManyRequests, retryAfter: wait,
			detail: fmt.Sprintf("You have reached the limit of %d tickets and answers a minute. Please try again in %d seconds.", e.Limit, wait)}
	default:
		return &failure{status: http.StatusTooManyRequests, retryAfter: wait,
			detail: fmt.Sprintf("You have reached the limit of %d bytes of texts and files a day. Please try again in %d seconds.", e.Limit, wait)}
	}
}

// unauthenticated answers a request whose sender is not known.
func (x *exchange) unauthenticated(err error) {
	if rejected, ok := errors.AsType[*auth.Rejected](err); ok {
		x.challenge(rejected.Detail)
		return
	}
	if forbidden, ok := errors.AsType[*auth.Forbidden](err); ok {
		x.fail(&failure{status: http.StatusForbidden, detail: forbidden.Detail})
		return
	}
	_, throttled := errors.AsType[*auth.Throttled](err)
	switch {
	case throttled:
		x.fail(err)
	case errors.Is(err, auth.ErrNoCredentials):
		x.challenge("Authentication credentials were not provided.")
	case errors.Is(err, auth.ErrIdentity), errors.Is(err, helpdesk.ErrBusy), errors.Is(err, helpdesk.ErrFull), errors.Is(err, user.ErrBusy),
		x.r.Context().Err() != nil && errors.Is(err, context.Canceled):
		x.fail(err)
	default:
		x.log(slog.LevelError, "authentication failed", err)
		x.fail(&failure{status: http.StatusServiceUnavailable, detail: "Authentication is not possible now. Please try again.", retryAfter: 1})
	}
}

// challenge asks for credentials, by every scheme there is. It is one header, since
// not every client looks at a second one.
func (x *exchange) challenge(detail string) {
	if a := x.h.config.Authenticator; a != nil {
		if challenges := a.Challenges(); len(challenges) > 0 {
			x.w.Header().Set("WWW-Authenticate", strings.Join(challenges, ", "))
		}
	}
	x.fail(&failure{status: http.StatusUnauthorized, detail: detail})
}

// log logs a failure, unless it is that the client went away.
func (x *exchange) log(level slog.Level, text string, err error) {
	if errors.Is(err, context.Canceled) && x.r.Context().Err() != nil {
		return
	}
	x.h.desk.Logger().LogAttrs(x.r.Context(), level, "helpdesk: "+text,
		slog.String("method", x.r.Method), slog.String("path", x.r.URL.Path), slog.Any("error", err))
}

// appendProblems words a problem.Error: an object of lists of messages, and
// of objects by position where the field is a list.
func (x *exchange) appendProblems(b []byte, invalid problem.Error) []byte {
	b = append(b, '{')
	for i, field := range slices.Sorted(maps.Keys(invalid)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(jsontext.String(b, field), ':')
		problems := invalid[field]
		if problems[0].Item == 0 {
			b = x.appendMessages(b, field, problems)
			continue
		}
		b = append(b, '{')
		for start := 0; start < len(problems); {
			end := start
			for end < len(problems) && problems[end].Item == problems[start].Item {
				end++
			}
			if start > 0 {
				b = append(b, ',')
			}
			b = append(jsontext.String(b, strconv.Itoa(problems[start].Item-1)), ':')
			b = x.appendMessages(b, field, problems[start:end])
			start = end
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

func (x *exchange) appendMessages(b []byte, field string, problems []problem.Problem) []byte {
	b = append(b, '[')
	for i, p := range problems {
		if i > 0 {
			b = append(b, ',')
		}
		if p.Reason == problem.NoObject && x.in != nil {
			if v := x.in.get(field); v.sent != sentList {
				p.Value = v.plain() // echoed as it was sent
			}
		}
		b = jsontext.String(b, x.message(field, p))
	}
	return append(b, ']')
}
