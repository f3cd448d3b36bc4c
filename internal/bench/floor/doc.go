// Floor is the least work that a Go server can do for the requests of the
// benchmark, on the drivers that the library uses: the limit to measure
// against. It knows no users, checks nothing, and has a schema of its own, which
// seed makes, with times as text.
package main
