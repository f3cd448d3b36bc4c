// Command hostile measures how long an innocent account waits for the server: alone,
// beside 200 answers whose clients read nothing, and beside 200 whose clients read slowly.
// These are 25 accounts with 8 answers each, which contain the longest possible comments.
// The program prints the median and the 99th percentile. It also prints the size of
// SQLite's write-ahead log after 2,000 writes beside these clients.
//
//	make bench-hostile
//	make bench-hostile ARGS="-db mariadb -mysql 'root@unix(/run/mysqld/mysqld.sock)/'"
package main
