// Package mariadb has databases for tests: on the server that
// HELPDESK_TEST_MYSQL_DSN names, or else on a private one that is started in a
// temporary folder, listens on a free loopback port, and ends with the process
// that started it, however that ends.
package mariadb
