package diskfull

// Is returns false: errors of Plan 9 are texts.
func Is(error) bool { return false }
