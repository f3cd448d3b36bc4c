package ticket

// MergesIntoItself reports whether merging the ticket id into target would make a
// cycle: whether target is id, or is merged into id, directly or through others. The
// function next returns the ticket that another one is merged into, or nil. Its errors
// are returned. A cycle that does not contain id ends the search.
func MergesIntoItself(id, target int64, next func(int64) (*int64, error)) (bool, error) {
	for seen := map[int64]bool{}; !seen[target]; {
		if target == id {
			return true, nil
		}
		seen[target] = true
		mergedTo, err := next(target)
		if err != nil || mergedTo == nil {
			return false, err
		}
		target = *mergedTo
	}
	return false, nil
}
