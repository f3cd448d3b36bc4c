package direct

import "strings"

// slabs are what rows are read into, allocated for many values at a time.
type slabs struct {
	ints    []int64
	texts   []string
	letters strings.Builder
}

const (
	slab       = 32      // values
	letterSlab = 4 << 10 // bytes
	maxShared  = 1 << 10 // of those that share a slab, of letters or of texts
)

// point returns a pointer to v, in a slab.
func point[T any](values *[]T, v T) *T {
	if len(*values) == 0 {
		*values = make([]T, slab)
	}
	p := &(*values)[0]
	*values = (*values)[1:]
	*p = v
	return p
}

// text returns b as a string.
func (s *slabs) text(b []byte) string {
	if len(b) > maxShared {
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
