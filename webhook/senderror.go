package webhook

// Failure is why no answer came. It is a fixed text without anything that the receiver
// sent and without the URL, so that it can be stored and shown.
type Failure string

// The failures.
const (
	AddressRefused Failure = "the address is not on the internet"
	NameUnknown    Failure = "the host name could not be resolved"
	NoConnection   Failure = "no connection"
	NoTLS          Failure = "no encrypted connection"
	TimedOut       Failure = "no answer in time"
	NoAnswer       Failure = "no valid answer"
	BadURL         Failure = "the URL is not valid"
)

// SendError says why no answer came to an attempt. Find it with errors.As. Its text is the
// Failure alone. Unwrap returns the cause, which may quote what the receiver sent, but
// never contains the URL or a secret.
type SendError struct {
	Failure Failure
	Cause   error
}

// Error returns the Failure.
func (e *SendError) Error() string { return "webhook: " + string(e.Failure) }

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Cause }
