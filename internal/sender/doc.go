// Package sender sends webhooks over HTTP. It follows no redirects, waits a bounded time,
// reads a bounded part of the answer, and connects to no address of an inner network. What
// is sent and what an answer means is in package webhook.
package sender
