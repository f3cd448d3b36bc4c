// Package rig sets up what the programs of the benchmark measure: it builds the
// kit's other programs, makes and seeds databases, starts servers on them, and
// has them loaded.
//
// MariaDB needs a server, named by a data source name, and a user who may make
// databases there. They are dropped at the end, unless they are to be kept.
package rig
