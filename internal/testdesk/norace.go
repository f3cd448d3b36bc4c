//go:build !race

package testdesk

// Race reports whether the race detector is on, under which everything is slow.
const Race = false
