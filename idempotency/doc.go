// Package idempotency is the noun of requests that carry an idempotency key: what a
// store keeps of them, so that a request which is sent twice has the effects of one.
package idempotency
