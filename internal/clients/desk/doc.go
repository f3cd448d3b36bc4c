// Package desk is where the client for Go goes when it is generated.
package desk
