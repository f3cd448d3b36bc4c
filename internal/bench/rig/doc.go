// Package rig sets up what the programs of the benchmark measure: it builds the
// kit's other programs, makes and seeds databases, starts servers on them, and
// has them loaded.
//
// On MariaDB, databases are made on the server that a data source name says, by
// a user who may make them, or else on a private server that ends with the rig.
// They are dropped at the end, unless they are to be kept.
package rig
