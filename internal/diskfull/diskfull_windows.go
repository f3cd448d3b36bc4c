package diskfull

import (
	"errors"
	"syscall"
)

// These are ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL and ERROR_DISK_QUOTA_EXCEEDED.
const (
	handleDiskFull = syscall.Errno(39)
	diskFull       = syscall.Errno(112)
	quotaExceeded  = syscall.Errno(1295)
)

// Is reports whether err means that a disk is full, or that the user's quota is used up.
func Is(err error) bool {
	return errors.Is(err, handleDiskFull) || errors.Is(err, diskFull) || errors.Is(err, quotaExceeded)
}
