// Package apireference writes a reference in Markdown from an OpenAPI document. The
// document is one of package httpapi: it reads what that writes, and no more of OpenAPI.
package apireference
