// Package process measures the processor time and the memory of other processes, for
// tests and benchmarks on Linux.
package process
