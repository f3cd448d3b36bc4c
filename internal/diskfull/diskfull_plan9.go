package diskfull

// Is returns false, because Plan 9 reports errors as texts only.
func Is(error) bool { return false }
