package httpapi

import (
	"cmp"
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
	"time"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/auth"
	"github.com/go-helpdesk/helpdesk/internal/diskfull"
	"github.com/go-helpdesk/helpdesk/internal/jsontext"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/user"
)

// failure is an answer that is not a success. It has a detail, or says what is wrong with
// the whole body.
type failure struct {
	status     int
	detail     string
	nonField   string // what is wrong with the body; detail is not used then
	retryAfter int    // in seconds; 0 for no Retry-After header
	etag       string // the entity tag of the object as it is; "" for none
	cause      error  // for the log
}

func (f *failure) Error() string { return fmt.Sprintf("%d %s%s", f.status, f.detail, f.nonField) }
func (f *failure) Unwrap() error { return f.cause }

func newFailure(status int, format string, args ...any) *failure {
	return &failure{status: status, detail: fmt.Sprintf(format, args...)}
}

// after returns the failure with a Retry-After header, in seconds.
func (f *failure) after(seconds int) *failure {
	f.retryAfter = seconds
	return f
}

func badRequest(detail string) error { return &failure{status: http.StatusBadRequest, detail: detail} }

func notFound() error { return newFailure(http.StatusNotFound, "Not found.") }

func errTooLarge(limit int64) *failure {
	return newFailure(http.StatusRequestEntityTooLarge, "The request body is larger than the limit of %d bytes.", limit)
}

const changed = "This was changed since it was read. Please read it again."

func errFileTooLarge(limit int64) error {
	return newFailure(http.StatusRequestEntityTooLarge, "A file is larger than the limit of %d bytes.", limit)
}

func errTooManyFiles(limit int) error {
	return newFailure(http.StatusRequestEntityTooLarge, "There are more than %d files.", limit)
}

// fail answers a request with an error. Every error becomes HTTP here.
func (x *exchange) fail(err error) {
	if invalid, ok := errors.AsType[problem.Error](err); ok {
		x.send(http.StatusBadRequest, x.appendProblems(nil, invalid))
		return
	}
	f := x.toFailure(err)
	if f.retryAfter > 0 {
		x.w.Header().Set("Retry-After", strconv.Itoa(f.retryAfter))
	}
	if f.etag != "" {
		x.setETag(f.etag)
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

// toFailure returns what an error means to a client. It logs an error that the client
// has not caused, and keeps its text from the client.
func (x *exchange) toFailure(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if limited, ok := errors.AsType[*helpdesk.LimitError](err); ok {
		return limitReached(limited)
	}
	if throttled, ok := errors.AsType[*user.Throttled](err); ok {
		wait := wholeSeconds(throttled.RetryAfter)
		return newFailure(http.StatusTooManyRequests, "Request was throttled. Expected available in %d seconds.", wait).after(wait)
	}
	if slow, ok := errors.AsType[*helpdesk.SlowListError](err); ok {
		x.log(slog.LevelWarn, "a list took too long", err)
		return tooSlow(slow)
	}
	if f := cmp.Or(keyFailure(err), webhookFailure(err)); f != nil {
		return f
	}
	const busy = "The server is busy. Please try again."
	switch {
	case errors.Is(err, helpdesk.ErrForbidden):
		return newFailure(http.StatusForbidden, "You do not have permission to perform this action.")
	case errors.Is(err, helpdesk.ErrNotFound):
		return newFailure(http.StatusNotFound, "No %s matches the given query.", x.route.model)
	case errors.Is(err, helpdesk.ErrLastSuperuser):
		return newFailure(http.StatusConflict, "This is the last active superuser. Make another user one first.")
	case errors.Is(err, helpdesk.ErrInUse):
		return &failure{status: http.StatusConflict, detail: x.route.inUse}
	case errors.Is(err, helpdesk.ErrConflict):
		return newFailure(http.StatusConflict, "This was changed by somebody else at the same time. Please try again.").after(1)
	case errors.Is(err, helpdesk.ErrChanged):
		return newFailure(http.StatusPreconditionFailed, changed)
	case errors.Is(err, helpdesk.ErrUnknownOutcome):
		x.log(slog.LevelError, "commit with unknown outcome", err)
		return newFailure(http.StatusServiceUnavailable, "The connection to the database was lost while this was being saved: "+
			"it may have been. Please look before you try again.").after(1)
	case errors.Is(err, helpdesk.ErrFull), diskfull.Is(err):
		x.h.full.Do(func() { x.log(slog.LevelError, "no room left", err) })
		return newFailure(http.StatusInsufficientStorage,
			"The server has no room left to store this. Please tell the people who run this site.")
	case errors.Is(err, helpdesk.ErrBusy):
		x.log(slog.LevelWarn, "database busy", err)
		return newFailure(http.StatusServiceUnavailable, busy).after(1)
	case errors.Is(err, user.ErrBusy):
		return newFailure(http.StatusServiceUnavailable, busy).after(1)
	case x.r.Context().Err() != nil && errors.Is(err, context.Canceled):
		return newFailure(http.StatusServiceUnavailable, "The request was cancelled.") // nobody is there to read it
	case errors.Is(err, context.DeadlineExceeded):
		x.log(slog.LevelWarn, "request timed out", err)
		return newFailure(http.StatusServiceUnavailable, "The request took too long. Please try again.").after(1)
	}
	x.log(slog.LevelError, "request failed", err)
	return newFailure(http.StatusInternalServerError, "Server error.")
}

// webhookFailure returns the answer to a request that a webhook cannot take now, nil for any
// other error.
func webhookFailure(err error) *failure {
	switch {
	case errors.Is(err, helpdesk.ErrInactive):
		return newFailure(http.StatusConflict, "This webhook is not active. Make it active first.")
	case errors.Is(err, helpdesk.ErrManyWebhooks):
		return newFailure(http.StatusConflict, "There are %d webhooks, which is the limit. Delete one first.", helpdesk.MaxWebhooks)
	case errors.Is(err, helpdesk.ErrManyPending):
		return newFailure(http.StatusConflict, "%d deliveries are waiting for this webhook, which is the limit. Please try again later.",
			helpdesk.MaxPending).after(60)
	}
	return nil
}

// limitReached returns the answer to an account that has reached a limit.
func limitReached(e *helpdesk.LimitError) *failure {
	wait := wholeSeconds(e.RetryAfter)
	switch e.Reason {
	case helpdesk.BytesPerRequest:
		return errTooLarge(e.Limit)
	case helpdesk.AnswersPerTicket:
		return newFailure(http.StatusConflict,
			"You have %d answers on this ticket, which is the limit. Please open another ticket.", e.Limit)
	case helpdesk.CreatesPerMinute:
		return newFailure(http.StatusTooManyRequests,
			"You have reached the limit of %d tickets and answers a minute. Please try again in %d seconds.", e.Limit, wait).after(wait)
	default:
		return newFailure(http.StatusTooManyRequests,
			"You have reached the limit of %d bytes of texts and files a day. Please try again in %d seconds.", e.Limit, wait).after(wait)
	}
}

// tooSlow returns the answer to a list of tickets that was given up.
func tooSlow(e *helpdesk.SlowListError) *failure {
	text := "This takes longer than %d seconds. Please narrow it, by one of: %s."
	if e.Order != "" {
		text = "This takes longer than %d seconds. Please narrow it, by one of: %s. Or leave out ordering."
	}
	return newFailure(http.StatusServiceUnavailable, text, wholeSeconds(e.Timeout), strings.Join(e.Narrow(), ", ")).after(1)
}

// wholeSeconds returns a time to wait in seconds, 1 at least.
func wholeSeconds(wait time.Duration) int { return max(1, int(math.Ceil(wait.Seconds()))) }

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
		x.fail(newFailure(http.StatusServiceUnavailable, "Authentication is not possible now. Please try again.").after(1))
	}
}

// challenge asks for credentials, by every scheme of the authenticator. It sends one
// header, since some clients do not look at a second one.
func (x *exchange) challenge(detail string) {
	if a := x.h.config.Authenticator; a != nil {
		if challenges := a.Challenges(); len(challenges) > 0 {
			x.w.Header().Set("WWW-Authenticate", strings.Join(challenges, ", "))
		}
	}
	x.fail(&failure{status: http.StatusUnauthorized, detail: detail})
}

// log logs a failure, except that of a request whose client went away.
func (x *exchange) log(level slog.Level, text string, err error) {
	if errors.Is(err, context.Canceled) && x.r.Context().Err() != nil {
		return
	}
	x.h.desk.Logger().LogAttrs(x.r.Context(), level, "helpdesk: "+text,
		slog.String("method", x.r.Method), slog.String("path", x.r.URL.Path), slog.Any("error", err))
}

// appendProblems appends a problem.Error as JSON: for each field a list of messages, or,
// where elements of a list are wrong, an object of such lists by position.
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
				p.Value = v.plain() // as it was sent
			}
		}
		b = jsontext.String(b, x.message(field, p))
	}
	return append(b, ']')
}
