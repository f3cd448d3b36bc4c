// Command hostile measures what an innocent account has to wait for a server, calm and
// beside 200 answers whose clients read nothing, and then slowly: 25 accounts with 8
// answers each, of the longest comments there may be. It prints the median and the 99th
// percentile, and how large the write-ahead log of SQLite is after 2,000 writes beside
// these clients.
//
//	make bench-hostile
//	make bench-hostile ARGS="-db mariadb -mysql 'root@unix(/run/mysqld/mysqld.sock)/'"
package main
