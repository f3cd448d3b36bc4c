// Package clustertest tests desks on a Galera cluster whose nodes are killed and rejoin.
// The test takes minutes and needs packages of Debian, so it runs only with a build tag:
//
//	go test -tags cluster ./internal/clustertest
package clustertest
