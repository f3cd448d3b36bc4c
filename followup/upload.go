package followup

import (
	"io"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// Upload is a file that is to be attached.
type Upload struct {
	Filename string // the name that the client sent; Name is the name under which it is stored
	MIMEType string // the media type that the client declared; "" if none
	Size     int64  // bytes

	// Open returns a reader at the beginning of the content. It is called again when a
	// transaction is retried.
	Open func() (io.ReadCloser, error)
}

// Name returns the clean Filename, cut to 255 characters. It keeps the extension. It is
// "" if CleanFilename leaves nothing.
func (u *Upload) Name() string { return uploadName(u.Filename) }

// Check returns the first problem of the file, in this order: FileEmpty, FileUnnamed,
// FileExtension, the problems of its declared type.
func (u *Upload) Check(allowed []string) []problem.Problem {
	if u.Size == 0 {
		return []problem.Problem{{Reason: problem.FileEmpty}}
	}
	name := u.Name()
	if name == "" {
		return []problem.Problem{{Reason: problem.FileUnnamed}}
	}
	if problems := validateExtension(name, allowed); problems != nil {
		return problems
	}
	return validate.Text(validate.TrimSpace(u.MIMEType), MaxMIMEType)
}

// Type returns the declared media type, or the one for the extension of its name.
func (u *Upload) Type() string {
	if declared := validate.TrimSpace(u.MIMEType); declared != "" {
		return declared
	}
	return MIMEByName(u.Name())
}
