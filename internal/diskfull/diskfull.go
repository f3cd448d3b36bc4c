//go:build !windows && !plan9

package diskfull

import (
	"errors"
	"syscall"
)

// Is reports whether err means that a disk is full, or that the user's quota is used up.
func Is(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }
