// Host is a small shop that was there before its help desk: it has a database, a
// login and people of its own. The desk is mounted in it and lives in the same
// database; whoever is logged in at the shop is a user of the desk.
//
//	cd example/host && go run .
//
// It prints who can log in, and what to try. The shop is the same on chi and on
// http.ServeMux, which the flag -mux chooses between. Where to look:
//
//   - desk.go opens the desk on the shop's database and says who is who;
//   - site.go mounts its API, on either router;
//   - order.go writes an order and its ticket in one transaction;
//   - token.go has tokens of the desk know what the shop knows of their owners.
package main
