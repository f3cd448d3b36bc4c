// Serve is the library's API with Basic authentication on a database that seed
// filled, and nothing else.
package main
