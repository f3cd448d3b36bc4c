// Compare measures the library beside the floor: it builds both, seeds both,
// starts both, and sends both the same requests, by turns. It prints medians over
// the rounds, and ratios within a round, with their range.
//
// Of every ticket the library also says when it was made and what changed, so
// its answers are a bit longer. MariaDB needs a server that -mysql names, by a
// user who may make databases; they are dropped at the end. On SQLite both
// commit durably; a MariaDB server should have its default of that.
package main
