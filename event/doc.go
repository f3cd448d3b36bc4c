// Package event is the noun of events: what a desk writes down about each change, so that
// programs can follow what happens. An event is stored in the transaction of the change.
//
// Type says what happened to which kind of object. Data says more, with a Go type for each
// Type: what was created or deleted, or what an update changed.
package event
