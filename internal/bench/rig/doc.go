// Package rig sets up what the benchmark programs measure. It builds the other programs,
// creates and seeds databases, starts servers on them, and runs the load generator.
//
// On MariaDB it creates databases on the server with a given data source name, whose user
// must be allowed to do that. Without one, it starts a private server that ends with the
// rig. It drops the databases at the end unless they are to be kept.
package rig
