package httpapi

import "time"

// SetHeartbeat sets how often streams of events say something, and ask who reads them.
func SetHeartbeat(h *Handler, d time.Duration) { h.streams.beat = d }
