// Package followup holds what happens on a ticket: the follow-ups of its
// conversation, the files attached to them, and the record of every change.
//
// A ticket opens with Opening. Every later FollowUp may move it:
//
//	f := &followup.FollowUp{Comment: new("Turned it off and on."), NewStatus: new(ticket.Resolved), Public: true}
//	before := t.Clone()
//	f.MoveTicket(t)                              // t is resolved, f.Title tells so
//	changes := followup.Diff(before, t, fields)  // what the history keeps
//	to := followup.Recipients(f, t, actor, assignee, queue)
//
// These are rules without effects: they read no clock, send no mail and store
// nothing. A file arrives as an Upload, whose Check has the last word on it.
// Time spent is read by ParseTimeSpent and spelled by TimeSpent.String.
//
// Store, AttachmentStore, ChangeStore and Files say what a database must do;
// package storage has implementations.
package followup
