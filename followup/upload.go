package followup

import (
	"io"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// Upload is a file that is to be attached.
type Upload struct {
	Filename string // as the sender calls it; Name is what it is stored under
	MIMEType string // as declared; "" when it was not
	Size     int64  // bytes

	// Open returns the content from its beginning. It is called again when a
	// transaction is repeated.
	Open func() (io.ReadCloser, error)
}

// Name is the clean Filename, cut to 255 characters with its extension kept. It is
// "" when CleanFilename leaves nothing.
func (u *Upload) Name() string { return uploadName(u.Filename) }

// Check returns what is wrong with the file, of several things the first:
// FileEmpty, FileUnnamed, FileExtension, then its declared type as a text.
func (u *Upload) Check(allowed []string) []problem.Problem {
	if u.Size == 0 {
		return []problem.Problem{{Reason: problem.FileEmpty}}
	}
	name := u.Name()
	if name == "" {
		return []problem.Problem{{Reason: problem.FileUnnamed}}
	}
	if problems := checkExtension(name, allowed); problems != nil {
		return problems
	}
	return validate.Text(validate.TrimSpace(u.MIMEType), MaxMIMEType)
}

// Type is the declared media type, or the one its name suggests.
func (u *Upload) Type() string {
	if declared := validate.TrimSpace(u.MIMEType); declared != "" {
		return declared
	}
	return MIMEByName(u.Name())
}
