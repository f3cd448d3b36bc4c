// Package diskfull tells errors of the system that mean that a disk is full.
package diskfull

// Is returns false: errors of Plan 9 are texts.
func Is(error) bool { return false }
