// Package bench is shared by the benchmark programs. They measure the library beside the
// floor, a server that does the least a Go server can do for the same requests on the
// same drivers. They are in a module of their own, so that the library's users do not
// build and test them. Run these commands in its directory:
//
//	go run ./compare -tickets 10000 -c 1,8 -rounds 5
//	go run ./scale -small 10000 -large 1000000
//	go run ./memory -tickets 100000
//
// Compare measures the library and the floor in turn, so that other work of the machine
// slows both down alike. A ratio within a round says more than any absolute figure. Scale
// does the same with a small and a large desk, and memory measures one desk alone. The
// other programs each do a part of that, for example to take a profile:
//
//	go run ./seed -desk sqlite:desk.db -floor sqlite:floor.db -tickets 10000
//	go run ./serve -db sqlite:desk.db -addr 127.0.0.1:8931
//	go run ./floor -db sqlite:floor.db -addr 127.0.0.1:8932
//	go run ./load -url http://127.0.0.1:8931 -auth staff:staff-pass-1 -scenario page25 -c 8 -tickets 10000
//
// They need Linux, because they read /proc.
package bench
