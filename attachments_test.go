package helpdesk_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/go-helpdesk/helpdesk"
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/internal/testdesk"
	"github.com/go-helpdesk/helpdesk/problem"
	"github.com/go-helpdesk/helpdesk/ticket"
)

// attached is a follow-up with one attachment.
func (d *desk) attached(t testing.TB, f followup.Upload) *followup.Attachment {
	t.Helper()
	return d.reply(t, &followup.FollowUp{TicketID: d.ticket(t).ID}, f).Attachments[0]
}

// pattern is content of which every part is different.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return b
}

// piece is how much of an attachment is read at once.
const piece = 256 << 10

func TestContentIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, size := range []int{1, 5, piece - 1, piece, piece + 1, 2 * piece, 2*piece + 7} {
		a := d.attached(t, file("a.bin.txt", pattern(size)))
		equal(t, a.Size, int64(size))
		got, content, err := d.OpenAttachment(t.Context(), d.staff, a.ID)
		check(t, err)
		equal(t, asJSON(got), asJSON(a))
		if read := must(io.ReadAll(content))(t); !bytes.Equal(read, pattern(size)) {
			t.Errorf("%d bytes are read as %d others", size, len(read))
		}
	}
}

func TestContentIsReadFromAnywhere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const size = 2*piece + 100
	want := pattern(size)
	_, content, err := d.OpenAttachment(t.Context(), d.staff, d.attached(t, file("a.txt", want)).ID)
	check(t, err)
	for _, c := range []struct {
		offset int64
		whence int
		at     int64
		read   int
	}{
		{piece - 10, io.SeekStart, piece - 10, 20}, // across pieces
		{-5, io.SeekCurrent, piece + 5, 10},
		{-size, io.SeekEnd, 0, 10},
		{0, io.SeekEnd, size, 0},
		{10, io.SeekEnd, size + 10, 0},
		{-1, io.SeekEnd, size - 1, 1},
		{2 * piece, io.SeekStart, 2 * piece, 100},
		{3, io.SeekStart, 3, piece * 2}, // back, and across two borders
	} {
		equal(t, must(content.Seek(c.offset, c.whence))(t), c.at)
		p := make([]byte, c.read)
		n, err := io.ReadFull(content, p)
		if c.read == 0 {
			_, err = content.Read(make([]byte, 1))
			is(t, err, io.EOF)
			continue
		}
		check(t, err)
		if n != c.read || !bytes.Equal(p, want[c.at:c.at+int64(c.read)]) {
			t.Errorf("%d bytes from %d are others", c.read, c.at)
		}
	}
	if _, err := content.Seek(-1, io.SeekStart); err == nil {
		t.Error("there is something before the start")
	}
}

func TestReadingFailsOnceTheContentIsGone(t *testing.T) {
	t.Parallel()
	for name, remove := range map[string]func(d *desk, a *followup.Attachment) error{
		"deleted": func(d *desk, a *followup.Attachment) error { return d.DeleteAttachment(t.Context(), d.staff, a.ID) },
		"replaced": func(d *desk, a *followup.Attachment) error {
			_, err := d.UpdateAttachment(t.Context(), d.staff, a.ID, unedited, new(file("b.txt", pattern(2*piece))))
			return err
		},
		"deleted with its ticket": func(d *desk, a *followup.Attachment) error {
			f := must(d.FollowUp(t.Context(), d.staff, a.FollowUpID))(t)
			return d.DeleteTicket(t.Context(), d.staff, f.TicketID)
		},
	} {
		d := newDesk(t)
		a := d.attached(t, file("a.txt", pattern(2*piece)))
		_, content, err := d.OpenAttachment(t.Context(), d.staff, a.ID)
		check(t, err)
		must(io.ReadFull(content, make([]byte, 10)))(t)
		check(t, remove(d, a))
		if _, err := io.ReadAll(content); !errors.Is(err, helpdesk.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, content, err := d.OpenAttachment(ctx, d.staff, d.attached(t, file("a.txt", pattern(2*piece))).ID)
	check(t, err)
	must(io.ReadFull(content, make([]byte, 10)))(t)
	cancel()
	_, err = io.ReadAll(content)
	is(t, err, context.Canceled)
}

// TestASlowReaderIsInNobodysWay: there is no transaction open between reads,
// on a store with a single connection even.
func TestASlowReaderIsInNobodysWay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var readers []io.ReadSeeker
	for range 40 { // more than there are connections
		_, content, err := d.OpenAttachment(t.Context(), d.staff, d.attached(t, file("a.txt", pattern(10))).ID)
		check(t, err)
		must(content.Read(make([]byte, 1)))(t)
		readers = append(readers, content)
	}
	d.ticket(t)
	for _, r := range readers {
		equal(t, len(must(io.ReadAll(r))(t)), 9)
	}
}

func TestNameAndTypeOfANewAttachment(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	on := d.reply(t, &followup.FollowUp{TicketID: d.ticket(t).ID}).ID
	for _, c := range []struct{ filename, mimeType, wantName, wantType string }{
		{"", "", "file.pdf", "application/pdf"},
		{"name.csv", "", "name.csv", "text/csv"},
		{"name.csv", "x/y", "name.csv", "x/y"},
		{"noext", "", "noext", "application/octet-stream"},
		{" x/b.csv. ", " x/y ", "b.csv", "x/y"},
		{"..", "", "file.pdf", "application/pdf"},
	} {
		given := &followup.Attachment{ID: 7, FollowUpID: on, Filename: c.filename, MIMEType: c.mimeType, Size: 99, Content: "x"}
		upload := file("file.pdf", []byte("123"))
		upload.MIMEType = "not/asked"
		a := must(d.CreateAttachment(t.Context(), d.staff, given, upload))(t)
		equal(t, a.Filename, c.wantName)
		equal(t, a.MIMEType, c.wantType)
		equal(t, a.Size, 3)
		equal(t, asJSON(must(d.Attachment(t.Context(), d.staff, a.ID))(t)), asJSON(a))
		equal(t, a.ID != 7 && a.Content != "x", true)
	}
}

func TestAnUploadsOwnTypeCountsOnAFollowUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	f := file("a.pdf", []byte("x"))
	f.MIMEType = "x/y"
	equal(t, d.attached(t, f).MIMEType, "x/y")
}

func TestAttachmentsOfAReplyAreSortedByName(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	answer := d.reply(t, &followup.FollowUp{TicketID: d.ticket(t).ID},
		file("b.txt", []byte("1")), file("é.txt", []byte("2")), file("B.txt", []byte("3")), file("b.txt", []byte("4")))
	var names []string
	for _, a := range answer.Attachments {
		names = append(names, a.Filename)
	}
	sameLines(t, names, "B.txt", "b.txt", "b.txt", "é.txt")
	equal(t, answer.Attachments[1].ID < answer.Attachments[2].ID, true)
}

func TestWhatIsWrongWithAnAttachmentIsSaid(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	unchanged := b.unchanged(t)
	bad := &followup.Attachment{FollowUpID: nobody, Filename: "\x00", MIMEType: "\x00"}
	const rest = `filename: null character; followup: no such object "987654321"; mime_type: null character`
	for _, c := range []struct {
		file followup.Upload
		want string
	}{
		{file("a.exe", []byte("x")), `file: file extension ".exe"; ` + rest},
		{file("a.txt", nil), `file: empty file; ` + rest},
		{file("a.txt", []byte("x")), rest},
	} {
		_, err := b.CreateAttachment(t.Context(), b.staff, bad, c.file)
		equal(t, wrong(t, err), c.want)
		_, err = b.CreateAttachment(refusing(t.Context()), b.staff, bad, c.file)
		equal(t, wrong(t, err), c.want+"; x: required")
		_, err = b.UpdateAttachment(t.Context(), b.staff, b.attachment, func(a *followup.Attachment) error {
			*a = *bad
			return problem.Error{"x": {{Reason: problem.Required}}}
		}, &c.file)
		equal(t, wrong(t, err), c.want+"; x: required")
	}
	unchanged()
}

func TestAnErrorOfTheFunctionKeepsTheContent(t *testing.T) {
	t.Parallel()
	b := newBusy(t, testdesk.OpenStore(t))
	unchanged := b.unchanged(t)
	stop := errors.New("stop")
	_, err := b.UpdateAttachment(t.Context(), b.staff, b.attachment, func(*followup.Attachment) error { return stop },
		new(file("x.txt", []byte("x"))))
	is(t, err, stop)
	unchanged()
}

func TestANewFileReplacesContentAndSizeAlone(t *testing.T) {
	t.Parallel()
	db, store := testdesk.OpenHost(t)
	d := handled(testdesk.Over(t, store, helpdesk.Config{}))
	before := d.attached(t, file("a.txt", pattern(3*piece)))
	equal(t, pieces(t, db), 3)
	after := must(d.UpdateAttachment(t.Context(), d.staff, before.ID, func(a *followup.Attachment) error {
		a.ID, a.Size, a.Content = 9, 9, "x"
		return nil
	}, new(file("b.pdf", []byte("new")))))(t)
	if after.ID != before.ID || after.Filename != "a.txt" || after.MIMEType != "text/plain" || after.Size != 3 ||
		after.Content == before.Content {
		t.Errorf("got %+v", after)
	}
	equal(t, d.hasContent(t, before), false)
	equal(t, pieces(t, db), 1)
	_, content, err := d.OpenAttachment(t.Context(), d.staff, before.ID)
	check(t, err)
	equal(t, string(must(io.ReadAll(content))(t)), "new")
}

func TestARenamedAttachmentKeepsItsContent(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	before := d.attached(t, file("a.txt", []byte("x")))
	after := must(d.UpdateAttachment(t.Context(), d.staff, before.ID, func(a *followup.Attachment) error {
		a.Filename, a.Size, a.Content = "dir/b.pdf. ", 9, "x"
		return nil
	}, nil))(t)
	equal(t, after.Filename, "b.pdf")
	equal(t, after.Size, 1)
	equal(t, d.hasContent(t, after), true)
}

func TestADeletedAttachmentTakesItsContent(t *testing.T) {
	t.Parallel()
	db, store := testdesk.OpenHost(t)
	d := handled(testdesk.Over(t, store, helpdesk.Config{}))
	a := d.attached(t, file("a.txt", pattern(3*piece)))
	check(t, d.DeleteAttachment(t.Context(), d.staff, a.ID))
	is(t, d.DeleteAttachment(t.Context(), d.staff, a.ID), helpdesk.ErrNotFound)
	equal(t, pieces(t, db), 0)
}

func TestADeskHasItsOwnExtensions(t *testing.T) {
	t.Parallel()
	d := handled(testdesk.New(t, helpdesk.Config{Extensions: []string{".exe"}}))
	n := &ticket.Ticket{QueueID: d.support.ID, Title: "x"}
	must(d.CreateTicket(t.Context(), d.staff, n, file("A.EXE", []byte("x"))))(t)
	_, err := d.CreateTicket(t.Context(), d.staff, n, file("a.txt", []byte("x")))
	equal(t, wrong(t, err), `attachment: file extension ".txt"`)
	equal(t, len(d.CheckUpload(file("a.txt", []byte("x")))), 1)
}
