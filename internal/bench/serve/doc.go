// Serve serves the library's API with Basic authentication on a database that seed filled.
package main
