package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"

	"github.com/go-helpdesk/helpdesk/internal/bench/rig"
)

// file is a file that is uploaded and downloaded.
type file struct {
	size int64
	sum  uint32
	id   int64
	path string // to download it from
}

// upload adds a follow-up with the file to a ticket. It generates the content while it
// sends it.
func (f *file) upload(ctx context.Context, s *rig.Server) error {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for _, field := range [][2]string{{"ticket", "1"}, {"user", "2"}, {"title", "Comment"}, {"comment", "The log is attached."},
		{"public", "true"}} {
		_ = w.WriteField(field[0], field[1]) // to memory
	}
	_, _ = w.CreateFormFile("attachments", "log.txt")
	before := form.Len()
	_ = w.Close()
	sum := crc32.NewIEEE()
	content := io.TeeReader(io.LimitReader(rand.NewChaCha8([32]byte{}), f.size), sum)
	body := io.MultiReader(bytes.NewReader(form.Bytes()[:before]), content, bytes.NewReader(form.Bytes()[before:]))
	response, err := s.Do(ctx, http.MethodPost, "/api/followups/", w.FormDataContentType(), body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var answer struct {
		Files []struct {
			ID   int64
			File string
		} `json:"followupattachment_set"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return err
	}
	if len(answer.Files) != 1 {
		return fmt.Errorf("the follow-up has %d files", len(answer.Files))
	}
	u, err := url.Parse(answer.Files[0].File)
	if err != nil {
		return err
	}
	f.sum, f.id, f.path = sum.Sum32(), answer.Files[0].ID, u.RequestURI() // the server's port will change
	return nil
}

// download downloads the file and checks that it is what was sent.
func (f *file) download(ctx context.Context, s *rig.Server) error {
	response, err := s.Do(ctx, http.MethodGet, f.path, "", http.NoBody)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	sum := crc32.NewIEEE()
	size, err := io.Copy(sum, response.Body)
	if err == nil && (size != f.size || sum.Sum32() != f.sum) {
		err = fmt.Errorf("%s: %d bytes came back, which are not the %d that were sent", f.path, size, f.size)
	}
	return err
}

// remove deletes the file, so that a desk that is kept does not grow.
func (f *file) remove(ctx context.Context, s *rig.Server) error {
	response, err := s.Do(ctx, http.MethodDelete, fmt.Sprintf("/api/followups-attachments/%d/", f.id), "", http.NoBody)
	if err != nil {
		return err
	}
	return response.Body.Close()
}
