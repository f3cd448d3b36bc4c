//go:build !windows && !plan9

// Package diskfull tells errors of the system that mean that a disk is full.
package diskfull

import (
	"errors"
	"syscall"
)

// Is reports whether err says that there is no space left on a disk, or none that
// the user may use.
func Is(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }
