// Package bench is what the programs of the benchmark kit share. They measure
// this library beside a floor: the least that a Go server can do for the same
// requests on the same drivers. The kit is a module of its own, so that it is
// not part of the tests of the library's users; the commands below are for its
// directory.
//
//	go run ./compare -tickets 10000 -c 1,8 -rounds 5
//	go run ./scale -small 10000 -large 1000000
//	go run ./memory -tickets 100000
//
// Compare seeds both, starts both, and takes turns between them, so that what
// else the machine does hits both alike: a ratio within a round says more than
// any absolute figure. Scale does so with a small and a large desk, and memory
// looks at one desk alone. The other programs do a part of that each, for a
// profile or a closer look:
//
//	go run ./seed -desk sqlite:desk.db -floor sqlite:floor.db -tickets 10000
//	go run ./serve -db sqlite:desk.db -addr 127.0.0.1:8931
//	go run ./floor -db sqlite:floor.db -addr 127.0.0.1:8932
//	go run ./load -url http://127.0.0.1:8931 -auth staff:staff-pass-1 -scenario page25 -c 8 -tickets 10000
//
// They need Linux, for what it tells about processes in /proc.
package bench
