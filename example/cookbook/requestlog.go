package cookbook

import (
	"context"
	"log/slog"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// LogRequest logs a request after it was answered. Set it as httpapi.Config.Observe. The
// context is that of the request: a handler around the API can put a request ID into it.
func LogRequest(ctx context.Context, m httpapi.Metrics) {
	level := slog.LevelInfo
	if m.Status >= 500 {
		level = slog.LevelError
	}
	slog.Default().LogAttrs(ctx, level, "request",
		slog.String("method", m.Method),
		slog.String("route", m.Route), // such as /tickets/:id
		slog.Int("status", m.Status),  // 0 when the client went away before the answer
		slog.Duration("duration", m.Duration),
		slog.Int("statements", m.Statements))
}
