package diskfull

import (
	"errors"
	"syscall"
)

// ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL and ERROR_DISK_QUOTA_EXCEEDED.
const (
	handleDiskFull = syscall.Errno(39)
	diskFull       = syscall.Errno(112)
	quotaExceeded  = syscall.Errno(1295)
)

// Is reports whether err says that there is no space left on a disk, or none that
// the user may use.
func Is(err error) bool {
	return errors.Is(err, handleDiskFull) || errors.Is(err, diskFull) || errors.Is(err, quotaExceeded)
}
