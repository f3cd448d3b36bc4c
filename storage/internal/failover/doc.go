// Package failover connects to one of several servers that are as good as each
// other, without a proxy in front of them.
package failover
