// Memory measures the anonymous memory of the library above idle (RssAnon), and how soon an
// answer begins: for complete lists, for an upload and for its download, each with a new
// process. It exits with 1 if a bound is exceeded.
//
// Idle is the memory of the process after it has answered one GET, and then one more on
// each connection. It is not measured before the first request, because that hashes a
// password, which takes 7 MiB, and most of it stays with the process for a while.
package main
