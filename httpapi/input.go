package httpapi

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
)

// input is what a client sent in a request's body.
type input struct {
	form   bool               // urlencoded or multipart: emptiness and absence have their own rules
	values map[string]value   // by name; the last one where a name is repeated
	lists  map[string][]value // in forms, all values of a name
	names  []string           // in forms, the names in the order in which they came
	spools []*spool

	// For a request with an Idempotency-Key: the digests of its files, which are not kept
	// where it was carried out before.
	sums  map[*followup.Upload][]byte
	known bool
}

// get returns the value of a field.
func (in *input) get(name string) value { return in.values[name] }

// list returns the value of a field that is a list. In a form these are all values of its
// name, text before files.
func (in *input) list(name string) value {
	if !in.form {
		return in.values[name]
	}
	items := slices.Clone(in.lists[name])
	if len(items) == 0 {
		return value{}
	}
	slices.SortStableFunc(items, func(a, b value) int { return cmp.Compare(a.sent, b.sent) })
	return value{sent: sentList, items: items}
}

// files returns the value of a field that is a list of files. In a form these are the
// files named name, then name[], then name[0], name[1] and so on. It also returns the
// names that it found. Empty text is a file input that was left empty.
func (in *input) files(name string) (v value, names []string) {
	if !in.form {
		return in.values[name], []string{name}
	}
	type group struct {
		rank   int
		digits string
		items  []value
	}
	var groups []group
	for _, full := range in.names {
		rank, digits, ok := fileIndex(full, name)
		if !ok {
			continue
		}
		names = append(names, full)
		items := slices.DeleteFunc(in.list(full).items, func(v value) bool { return v.sent == sentText && v.text == "" })
		groups = append(groups, group{rank, digits, items})
	}
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(len(a.digits), len(b.digits)), strings.Compare(a.digits, b.digits))
	})
	var items []value
	for _, g := range groups {
		items = append(items, g.items...)
	}
	if len(items) == 0 {
		return value{}, names
	}
	return value{sent: sentList, items: items}, names
}

// fileIndex reports whether full is one of the names for the files of a field:
// the field's name (rank 0), the same followed by [] (rank 1), or by a number in
// brackets (rank 2), of which it returns the digits without leading zeros.
func fileIndex(full, field string) (rank int, digits string, ok bool) {
	rest, ok := strings.CutPrefix(full, field)
	switch {
	case !ok || rest == "":
		return 0, "", ok
	case rest == "[]":
		return 1, "", true
	}
	inner, opens := strings.CutPrefix(rest, "[")
	digits, closes := strings.CutSuffix(inner, "]")
	return 2, strings.TrimLeft(digits, "0"), opens && closes && isDigits(digits)
}

// add records one field of a form.
func (in *input) add(name string, v value) {
	if _, known := in.lists[name]; !known {
		in.names = append(in.names, name)
	}
	in.lists[name] = append(in.lists[name], v)
	if v.sent == sentFile || in.values[name].sent != sentFile {
		in.values[name] = v
	}
}

// close removes what was spooled to disk.
func (in *input) close() {
	for _, s := range in.spools {
		s.remove()
	}
}

const (
	typeJSON      = "application/json"
	typeForm      = "application/x-www-form-urlencoded"
	typeMultipart = "multipart/form-data"
)

var parsedTypes = []string{typeJSON, typeForm, typeMultipart}

// maxFormFields is how many fields a form may have.
const maxFormFields = 1000

// readInput reads the body, which is bounded by the handler's limits and by
// maxBody, where that is not negative. The result must be closed. K is nil for a request
// without an Idempotency-Key.
func (h *Handler) readInput(w http.ResponseWriter, r *http.Request, maxBody int64, k *keyed) (*input, error) {
	header := strings.TrimSpace(r.Header.Get("Content-Type"))
	mediaType, _, _ := strings.Cut(header, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	in := &input{
		form:   mediaType == typeForm || mediaType == typeMultipart,
		values: map[string]value{}, lists: map[string][]value{},
	}
	if k != nil {
		in.sums, in.known = map[*followup.Upload][]byte{}, k.progress == helpdesk.Done
	}
	limit := h.config.MaxBody
	if mediaType == typeMultipart {
		limit += int64(h.config.MaxFiles) * h.config.MaxUpload
	}
	if maxBody >= 0 {
		limit = min(limit, maxBody)
	}
	if r.ContentLength > limit {
		return in, errTooLarge(limit)
	}
	body := bufio.NewReader(http.MaxBytesReader(w, r.Body, limit))
	if _, err := body.Peek(1); err != nil {
		if err == io.EOF {
			return in, nil
		}
		return in, bodyError(err)
	}
	switch mediaType {
	case typeJSON:
		return in, in.readJSON(body, header)
	case typeForm:
		return in, in.readForm(body)
	case typeMultipart:
		return in, in.readMultipart(body, header, h.config)
	}
	return in, &failure{status: http.StatusUnsupportedMediaType, detail: `Unsupported media type "` + header + `" in request.`}
}

// bodyError returns the answer to a body that could not be read: it is too large, or the
// client went away.
func bodyError(err error) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errTooLarge(tooLarge.Limit)
	}
	return &failure{status: http.StatusBadRequest, detail: "The request body could not be read.", cause: err}
}

func (in *input) readJSON(body io.Reader, header string) error {
	if _, params, err := mime.ParseMediaType(header); err == nil {
		if charset := params["charset"]; charset != "" && !isUTF8(charset) {
			return badRequest(`Unsupported charset "` + charset + `" in request Content-Type header.`)
		}
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return bodyError(err)
	}
	members, shape, err := parseJSON(raw)
	switch {
	case err != nil:
		return badRequest("JSON parse error - " + err.Error())
	case shape != "":
		return &failure{status: http.StatusBadRequest, nonField: "Invalid data. Expected a dictionary, but got " + shape + "."}
	case members == nil:
		return &failure{status: http.StatusBadRequest, nonField: "No data provided"}
	}
	in.values = members
	return nil
}

// isUTF8 reports whether text in a charset is also UTF-8.
func isUTF8(charset string) bool {
	switch strings.ToLower(charset) {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return true
	}
	return false
}

func (in *input) readForm(body io.Reader) error {
	raw, err := io.ReadAll(body)
	if err != nil {
		return bodyError(err)
	}
	count := 0
	for name, v := range pairs(string(raw)) {
		if count++; count > maxFormFields {
			return badRequest("Bad request.")
		}
		in.add(name, textValue(v))
	}
	return nil
}
