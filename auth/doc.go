// Package auth finds out who sends a request. What they may do is not asked
// here: that is the desk's business.
//
// An [Authenticator] looks at a request and returns an [Identity]: a user of the
// desk, or somebody whom the host knows and the desk makes a user of. Bundled are
//
//   - [Basic]: username and password of the desk's users;
//   - [Bearer]: tokens of the desk's users, for programs;
//   - [Func]: a function of the host's, which knows its users already;
//   - [Session]: such a function that goes by cookies, guarded against requests
//     that pages of other sites make;
//   - [Chain]: several of these, one after the other.
//
// So this serves programs with a token and people who are logged in at the host:
//
//	who := auth.Chain(auth.Bearer(desk), auth.Session(loggedIn, nil))
//	api, err := httpapi.New(desk, httpapi.Config{Authenticator: who})
//
// The errors by which an Authenticator says no differ in what an API answers; see
// [Authenticator].
//
// The package knows no desk and no database. What it needs of them it asks for
// as small interfaces, [Logins] and [Tokens], which *helpdesk.Desk satisfies.
package auth
