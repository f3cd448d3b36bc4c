package helpdesk

import "iter"

// How many elements of a list are in memory at once, and of one that is longer first:
// few, which are not to wait for as many.
const (
	chunk      = 200
	firstChunk = 8
)

// List is a list in one consistent state of the store. It is valid only
// inside the function it was passed to.
type List[T any] struct {
	Count int // elements in all

	fetch func(last T, offset, limit int) ([]T, error)
}

// Len is how many elements there are from offset on, limit at most, or all when
// limit is 0.
func (l *List[T]) Len(offset, limit int) int {
	n := max(0, l.Count-offset)
	if limit > 0 {
		n = min(n, limit)
	}
	return n
}

// Items yields the elements from offset on, limit of them, or all when limit
// is 0. They are read in chunks as the loop asks for them; an error ends it.
func (l *List[T]) Items(offset, limit int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var last T
		want := chunk
		if l.Len(offset, limit) > chunk {
			want = firstChunk
		}
		for left := limit; limit == 0 || left > 0; left, want = left-want, chunk {
			if limit != 0 {
				want = min(want, left)
			}
			batch, err := l.fetch(last, offset, want)
			if err != nil {
				yield(last, err)
				return
			}
			for _, item := range batch {
				if !yield(item, nil) {
					return
				}
			}
			if len(batch) < want {
				return
			}
			last, offset = batch[len(batch)-1], 0
		}
	}
}
