// Floor is a server that does the least a Go server can do for the requests of the
// benchmark, on the drivers that the library uses. The library is measured against it. It
// has no users and validates nothing. The program seed creates its schema, in which times
// are texts.
package main
