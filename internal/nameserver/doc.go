// Package nameserver is a name server on loopback for tests, whose answers a test chooses.
package nameserver
