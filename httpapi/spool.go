package httpapi

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// spoolMemory is how much is held in memory before a temporary file takes it.
const spoolMemory = 64 << 10

// spool keeps bytes until a request ends: few in memory, more in a temporary file.
type spool struct {
	memory   []byte
	disk     *os.File
	nameless bool // the file was removed already, so that a killed process leaves none
	size     int64
}

func (s *spool) Write(p []byte) (int, error) {
	if s.disk == nil {
		if len(s.memory)+len(p) <= spoolMemory {
			s.memory = append(s.memory, p...)
			return len(p), nil
		}
		f, err := os.CreateTemp("", "helpdesk-*")
		if err != nil {
			return 0, fmt.Errorf("write a temporary file: %w", err)
		}
		s.disk, s.nameless = f, os.Remove(f.Name()) == nil // some systems keep the name of an open file
		if _, err := f.Write(s.memory); err != nil {
			return 0, fmt.Errorf("write a temporary file: %w", err)
		}
		s.size, s.memory = int64(len(s.memory)), nil
	}
	n, err := s.disk.Write(p)
	s.size += int64(n)
	if err != nil {
		err = fmt.Errorf("write a temporary file: %w", err)
	}
	return n, err
}

// open returns a reader from the start; it may be called again.
func (s *spool) open() (io.ReadCloser, error) {
	if s.disk == nil {
		return io.NopCloser(bytes.NewReader(s.memory)), nil
	}
	return io.NopCloser(io.NewSectionReader(s.disk, 0, s.size)), nil
}

func (s *spool) remove() {
	if s.disk != nil {
		_ = s.disk.Close()
		if !s.nameless {
			_ = os.Remove(s.disk.Name())
		}
	}
}
