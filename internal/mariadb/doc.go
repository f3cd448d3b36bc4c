// Package mariadb creates databases for tests. It uses the server that
// HELPDESK_TEST_MYSQL_DSN names. Without the variable, it starts a private server in a
// temporary directory and on a free loopback port. The server ends with the process that
// started it, even if that is killed.
package mariadb
