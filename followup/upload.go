package followup

import (
	"io"

	"github.com/go-helpdesk/helpdesk/internal/validate"
)

// Upload is a file that is to be attached.
type Upload struct {
	Filename string // CleanFilename makes one of what a client sends
	MIMEType string // as declared; "" when it was not
	Size     int64  // bytes

	// Open returns the content from its beginning. It is called again when a
	// transaction is repeated.
	Open func() (io.ReadCloser, error)
}

// Check returns what is wrong with the file (SPEC part 5), of several things
// the first: FileEmpty, FileExtension, then its name and declared type as texts.
func (u *Upload) Check(allowed []string) []validate.Problem {
	if u.Size == 0 {
		return []validate.Problem{{Reason: validate.FileEmpty}}
	}
	if !AllowedExtension(u.Filename, allowed) {
		return []validate.Problem{{Reason: validate.FileExtension, Value: Extension(u.Filename)}}
	}
	if validate.TrimSpace(u.Filename) == "" {
		return []validate.Problem{{Reason: validate.Blank}}
	}
	if problems := validate.Text(u.Filename, MaxFilename); len(problems) > 0 {
		return problems
	}
	return validate.Text(u.MIMEType, MaxMIMEType)
}

// Type is the declared media type, or the one its name suggests.
func (u *Upload) Type() string {
	if u.MIMEType != "" {
		return u.MIMEType
	}
	return MIMEByName(u.Filename)
}
