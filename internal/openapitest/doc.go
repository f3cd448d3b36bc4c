// Package openapitest checks the OpenAPI documents of the API against the OpenAPI
// specification, and has schemathesis check the API against its documents. It is a module
// of its own, so that users of the library do not get the dependencies of the validator.
package openapitest
