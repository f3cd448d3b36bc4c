// Package auth finds out who sends a request. The desk decides what they may do.
//
// An [Authenticator] looks at a request and returns an [Identity]: a user of the desk, or
// a person whom the host knows and for whom the desk creates a user. The package has
// these:
//
//   - [Basic]: username and password of the desk's users;
//   - [Bearer]: tokens of the desk's users, for programs;
//   - [Func]: a function of the host, which knows its own users;
//   - [Session]: such a function that uses cookies, protected against requests that
//     pages of other sites make;
//   - [Chain]: several of these, one after the other.
//
// For example, this serves programs with a token and people who are logged in at the
// host:
//
//	who := auth.Chain(auth.Bearer(desk), auth.Session(loggedIn, nil))
//	api, err := httpapi.New(desk, httpapi.Config{Authenticator: who})
//
// [Authenticator] lists the errors and the answers that they lead to.
//
// The package imports neither the desk nor a database. It needs the small interfaces
// [Logins] and [Tokens], which *helpdesk.Desk implements.
package auth
