// Package clients tests the OpenAPI document with clients that well-known generators make
// from it: oapi-codegen for Go, and openapi-typescript for TypeScript. Each client is
// generated from the document of a running desk, compiled, and lives through a ticket's
// day. The page of package httpapi/docs runs in a browser without a window, jsdom.
//
// make test-clients runs the tests, in the directory .bin/clients. They need Node.js 18
// or later.
package clients
