// Compare measures the library beside the floor: it builds both, seeds both,
// starts both, and sends both the same requests, by turns. It prints medians over
// the rounds, and ratios within a round, with their range. With -peer a third
// server takes its turns, django-helpdesk, which runs already and has tickets of
// its own.
//
// With -before the second server is that of another checkout of the library in
// place of the floor. Each checkout seeds and serves with programs built from its
// own code, so their schemas may differ. A ratio is the speed of this checkout
// divided by that of the other one; -least-reads and -least-writes have the
// program exit with 1 when a median is smaller.
//
// Of every ticket the library also says when it was made and what changed, so
// its answers are a bit longer. On SQLite the library and the floor both commit
// durably; a MariaDB server should have its default of that.
package main
