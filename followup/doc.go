// Package followup has the conversation of a ticket: its follow-ups, the files attached
// to them, and the history of every change.
//
// Opening makes the first follow-up of a ticket. Every later one may change the status:
//
//	f := &followup.FollowUp{Comment: new("Turned it off and on."), NewStatus: new(ticket.Resolved), Public: true}
//	before := t.Clone()
//	f.MoveTicket(t)                              // t is resolved, and f.Title says so
//	changes := followup.Diff(before, t, fields)  // for the history
//	to := followup.Recipients(f, t, actor, assignee, queue)
//
// These rules have no side effects: they read no clock, send no mail and store nothing.
// A file to be attached is an Upload, and Upload.Check validates it. ParseTimeSpent
// parses the time spent, and TimeSpent.String formats it.
//
// Store, AttachmentStore, ChangeStore and Files are what a database must implement. The
// packages below storage have implementations.
package followup
