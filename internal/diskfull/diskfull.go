//go:build !windows && !plan9

package diskfull

import (
	"errors"
	"syscall"
)

// Is reports whether err says that there is no space left on a disk, or none that
// the user may use.
func Is(err error) bool { return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) }
