// Package clustertest has the test of desks on a cluster whose nodes come and
// go. It takes some minutes and Debian's packages, so it is asked for by a tag:
//
//	go test -tags cluster ./internal/clustertest
package clustertest
