package ticket

// MergesIntoItself reports whether merging the ticket id into target would
// close a circle: whether target is id, or is merged into it, directly or
// through others. Next returns what a ticket is merged into, nil for nothing,
// and its errors are returned. A circle that id is not part of ends the walk.
func MergesIntoItself(id, target int64, next func(int64) (*int64, error)) (bool, error) {
	for seen := map[int64]bool{}; !seen[target]; {
		if target == id {
			return true, nil
		}
		seen[target] = true
		further, err := next(target)
		if err != nil || further == nil {
			return false, err
		}
		target = *further
	}
	return false, nil
}
