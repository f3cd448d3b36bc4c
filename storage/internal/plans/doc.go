// Package plans helps test how databases go about what a desk reads: Reads are the
// lists, filters and orders that it asks for, on the rows that Seed makes. The
// tests of each database have every statement of them explained, compare that with
// what testdata keeps, and refuse plans that get slow as tables grow.
package plans
