package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"mime/multipart"
	"strings"

	"github.com/go-helpdesk/helpdesk/followup"
)

// readMultipart reads a multipart form (RFC 7578). Files are spooled, so none
// is whole in memory.
func (in *input) readMultipart(body io.Reader, header string, limits Config) error {
	params, err := parameters(header)
	if err != nil {
		return err
	}
	boundary, given := params["boundary"]
	if !given {
		return badRequest("Multipart form parse error - Invalid boundary in multipart: None")
	}
	if boundary == "" {
		return badRequest("Multipart form parse error - Invalid boundary in multipart: ")
	}
	watched := &watchedReader{r: body}
	m := &multipartReader{in: in, limits: limits, parts: multipart.NewReader(watched, boundary), left: limits.MaxBody}
	for {
		more, err := m.part()
		if watched.err != nil {
			return bodyError(watched.err)
		}
		if !more || err != nil {
			return err
		}
	}
}

// watchedReader remembers why reading ended, where it is not the end: a body
// cut off by the network must not pass for a short one.
type watchedReader struct {
	r   io.Reader
	err error
}

func (w *watchedReader) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

type multipartReader struct {
	in     *input
	limits Config
	parts  *multipart.Reader
	left   int64 // bytes that fields and part headers may still take
	fields int
	files  int
}

// part reads the next part; false when there is none. A last part without its
// closing boundary counts, as in the reference.
func (m *multipartReader) part() (bool, error) {
	p, err := m.parts.NextRawPart()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	if err != nil {
		return false, badRequest("Multipart form parse error - The form is not well formed.")
	}
	for name, values := range p.Header {
		m.left -= int64(len(name))
		for _, v := range values {
			m.left -= int64(len(v))
		}
	}
	if m.left < 0 {
		return false, errTooLarge(m.limits.MaxBody)
	}
	disposition := p.Header["Content-Disposition"]
	if len(disposition) == 0 {
		return true, m.count()
	}
	params, err := parameters(disposition[len(disposition)-1])
	if err != nil {
		return false, err
	}
	name := strings.TrimSpace(params["name"])
	filename, isFile := params["filename"]
	switch {
	case filename != "":
		return true, m.file(p, name, filename)
	case name != "" || isFile:
		return true, m.field(p, name, isFile)
	}
	return true, m.count()
}

// count counts a part that is no file. One without a name, which is left out, takes
// time too.
func (m *multipartReader) count() error {
	if m.fields++; m.fields > maxFormFields {
		return badRequest("Bad request.")
	}
	return nil
}

// field reads a part that is text. A file with an empty name is text too, as in
// the reference; without content it is the empty file input of a browser, and no
// field at all.
func (m *multipartReader) field(p *multipart.Part, name string, nameless bool) error {
	if err := m.count(); err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(p, m.left+1))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return badRequest("Multipart form parse error - The form is not well formed.")
	}
	if m.left -= int64(len(raw)); m.left < 0 {
		return errTooLarge(m.limits.MaxBody)
	}
	if isBase64(p) {
		if decoded, err := base64.StdEncoding.DecodeString(string(raw)); err == nil {
			raw = decoded
		}
	}
	if nameless && len(raw) == 0 {
		return nil
	}
	v := textValue(toUTF8(string(raw)))
	v.nameless = nameless
	m.in.add(name, v)
	return nil
}

func (m *multipartReader) file(p *multipart.Part, name, filename string) error {
	if m.files++; m.files > m.limits.MaxFiles {
		return errTooManyFiles(m.limits.MaxFiles)
	}
	var content io.Reader = p
	if isBase64(p) {
		content = base64.NewDecoder(base64.StdEncoding, p)
	}
	s := &spool{}
	m.in.spools = append(m.in.spools, s)
	to, sum := io.Writer(s), sha256.New()
	switch {
	case m.in.known:
		to = sum
	case m.in.sums != nil:
		to = io.MultiWriter(s, sum)
	}
	size, err := io.Copy(to, io.LimitReader(content, m.limits.MaxUpload+1))
	if _, corrupt := errors.AsType[base64.CorruptInputError](err); corrupt || isBase64(p) && errors.Is(err, io.ErrUnexpectedEOF) {
		return badRequest("Multipart form parse error - Could not decode base64 data.")
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	if size > m.limits.MaxUpload {
		return errFileTooLarge(m.limits.MaxUpload)
	}
	mimeType, _, _ := strings.Cut(p.Header.Get("Content-Type"), ";")
	upload := &followup.Upload{
		Filename: unescapeHTML(filename), MIMEType: strings.ToLower(strings.TrimSpace(mimeType)), Size: size, Open: s.open,
	}
	if m.in.sums != nil {
		m.in.sums[upload] = sum.Sum(nil)
	}
	m.in.add(name, value{sent: sentFile, upload: upload})
	return nil
}

func isBase64(p *multipart.Part) bool {
	return strings.EqualFold(strings.TrimSpace(p.Header.Get("Content-Transfer-Encoding")), "base64")
}
