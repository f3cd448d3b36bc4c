// Package user has the accounts of a help desk and their rules. It knows neither
// HTTP nor a database.
//
//   - [User] is an account with its rights; [Group] and [Token] belong to it.
//   - [Key] tells whether two usernames are the same.
//   - [User.Check] and [CheckPassword] validate names, addresses and passwords.
//   - [Hasher] hashes and verifies passwords.
//   - [External] describes a person whom the host knows.
//   - [Store], [GroupStore], [TokenStore] and [AddressStore] are what a database must
//     implement.
//
// The rules are those of Django with its default settings, so that clients of
// django-helpdesk get the answers that they expect. A rule reports what is wrong as
// a [problem.Problem], without text for clients.
package user
