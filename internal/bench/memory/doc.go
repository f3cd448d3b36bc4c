// Memory measures how much memory of its own the library takes above idle, as
// the system counts it (RssAnon), and how soon an answer begins: for complete
// lists of a desk, for an upload and for its download, each with a fresh process.
// It exits with 1 when a bound is missed.
//
// Idle is what the process has after it started and answered a get, and then one
// more on each connection: not before the first request, which logs in and so
// takes 7 MiB for a moment, most of which stays with the process for a while.
package main
