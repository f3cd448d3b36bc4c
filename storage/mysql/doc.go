// Package mysql keeps a desk on a server that speaks the protocol of MySQL, or
// on a cluster of such servers.
//
//	store, err := mysql.Open(ctx, "desk:secret@tcp(db1:3306,db2:3306,db3:3306)/helpdesk")
//	if err != nil { … }
//	defer store.Close()
//	err = store.Migrate(ctx)
//
// New does the same on a pool that the host already has, and Join inside one of
// the host's own transactions. The driver is github.com/go-sql-driver/mysql.
// MariaDB from 10.6 on and its Galera cluster are what the package is tested
// with; it keeps to what MySQL 8 and TiDB document as well.
package mysql
