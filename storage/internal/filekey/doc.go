// Package filekey makes the keys that attachment content is kept under.
package filekey
