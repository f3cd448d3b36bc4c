// Package diskfull recognizes the errors by which operating systems report a full disk.
package diskfull
