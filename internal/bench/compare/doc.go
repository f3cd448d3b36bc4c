// Compare measures the library beside the floor. It builds, seeds and starts both, and
// sends the same requests to each in turn. It prints the medians over the rounds, and
// the ratios within a round with their range. With -peer it also measures a third
// server, such as django-helpdesk, which must be running and have tickets of its own.
//
// With -before, another checkout of the library takes the place of the floor. Each
// checkout seeds and serves with programs built from its own code, so their schemas may
// differ. A ratio is the speed of this checkout divided by that of the other one. The
// program exits with 1 if a median is below -min-reads or -min-writes.
//
// The answers of the library are a bit longer than those of the floor, because they have
// the times and the changes of each ticket. On SQLite both commit durably. A MariaDB
// server should have its default durability.
package main
