// Package user holds what is true of the people of a help desk wherever they
// are stored and however they are reached: the [User] with their rights, when
// two usernames are the same ([Key]), what a username, a name, an e-mail
// address and a password must look like ([User.Check], [CheckPassword]), how a
// password is kept ([Hasher]) and what a place that keeps users promises
// ([Store]).
//
// The rules are those of a Django installation with its default settings, so
// that a client of django-helpdesk gets the answers it knows. They say what is
// wrong as [problem.Problem] values, without words for clients.
package user
