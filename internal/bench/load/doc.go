// Load sends requests on a number of connections, each the next one once the
// last is answered, and prints what came of it as a bench.Result. It stops after
// a time or a number of requests, whichever comes first; what is under way then
// is finished and counted.
package main
