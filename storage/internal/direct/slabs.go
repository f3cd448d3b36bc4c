package direct

import "strings"

// slabs are what rows are read into, allocated for many values at a time.
type slabs struct {
	ints    []int64
	texts   []string
	letters strings.Builder
}

const (
	slab        = 32      // values
	letterSlab  = 4 << 10 // bytes
	longestText = 1 << 10 // of those that share a slab
)

// int returns a pointer to n.
func (s *slabs) int(n int64) *int64 {
	if len(s.ints) == 0 {
		s.ints = make([]int64, slab)
	}
	p := &s.ints[0]
	s.ints = s.ints[1:]
	*p = n
	return p
}

// pointer returns a pointer to t.
func (s *slabs) pointer(t string) *string {
	if len(s.texts) == 0 {
		s.texts = make([]string, slab)
	}
	p := &s.texts[0]
	s.texts = s.texts[1:]
	*p = t
	return p
}

// text returns b as a string.
func (s *slabs) text(b []byte) string {
	if len(b) > longestText {
		return string(b)
	}
	if s.letters.Cap()-s.letters.Len() < len(b) {
		s.letters = strings.Builder{}
		s.letters.Grow(letterSlab)
	}
	from := s.letters.Len()
	s.letters.Write(b)
	return s.letters.String()[from:]
}
