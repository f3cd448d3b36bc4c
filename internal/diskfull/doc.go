// Package diskfull recognizes errors of the operating system that mean that a disk is full.
package diskfull
