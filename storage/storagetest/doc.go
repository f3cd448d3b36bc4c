// Package storagetest checks implementations of storage.Store, and what code
// does when one fails.
//
// Run is the suite that every Store passes: each of its tests holds one
// sentence of the comments in package storage and the stores it is made of.
//
//	func TestStore(t *testing.T) {
//		storagetest.Run(t, func(t testing.TB) storage.Store { return open(t) })
//	}
//
// EachFailure runs a use-case again and again, with each of its writes failing
// once, and checks that a failed one leaves nothing behind. Rerun has every
// Update and every Read run its function twice, as a Store may.
package storagetest
