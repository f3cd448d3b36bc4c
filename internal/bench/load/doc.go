// Load sends requests on a number of connections and prints a bench.Result. Each connection
// sends its next request when the previous one is answered. The program stops after a
// time or a number of requests, whichever comes first. It completes and counts the
// requests that have begun.
package main
