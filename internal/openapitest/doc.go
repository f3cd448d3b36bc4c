// Package openapitest checks the OpenAPI documents of the API against the OpenAPI
// specification. It checks the API against its documents: every kind of answer that the
// tests of httpapi get, and those to the requests that schemathesis makes up. It is a
// module of its own, so that users of the library do not get the dependencies of the
// validator.
package openapitest
