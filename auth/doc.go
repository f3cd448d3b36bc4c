// Package auth finds out who sends a request. What they may do is not asked
// here: that is the desk's business.
//
// An [Authenticator] looks at a request and returns an [Identity]. Bundled are
// [Basic], which checks the username and password of HTTP Basic authentication
// against the desk's users, and [Func], which makes an Authenticator of a
// function, for a host that knows its users already:
//
//	api := httpapi.New(desk, httpapi.Config{Authenticator: auth.Basic(desk)})
//
// An Authenticator has three ways to say no, and an API answers each of them
// differently; see [Authenticator].
//
// The package knows no desk and no database. What it needs of them it asks for
// as a small interface, [Users], which *helpdesk.Desk satisfies.
package auth
