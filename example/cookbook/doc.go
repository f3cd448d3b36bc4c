// Package cookbook has the recipes of docs/cookbook.md, one in each file. A test checks
// that the page shows them as they are here, so every recipe compiles.
package cookbook
