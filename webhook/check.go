package webhook

import (
	"slices"
	"strconv"

	"github.com/go-helpdesk/helpdesk/internal/validate"
	"github.com/go-helpdesk/helpdesk/problem"
)

// The maximum lengths of the texts of a webhook, in characters.
const (
	MaxURL         = 2048
	MaxDescription = 255
)

// Check returns everything that is wrong with the webhook by itself, under the keys url,
// types, queues, description and signing. eventTypes are the types of events that there
// are; each element of Types must stand for at least one of them, so that a typing error
// does not make a webhook that hears nothing. Check finds out neither whether the queues
// exist nor where the URL leads. Call Trim first. Return the result through its Err.
func (w *Webhook) Check(eventTypes []string) problem.Error {
	wrong := problem.Error{}
	wrong.Add("url", validateURL(w.URL)...)
	for _, pattern := range w.Types {
		if !slices.ContainsFunc(eventTypes, func(t string) bool { return matches(pattern, t) }) {
			wrong.Add("types", problem.Problem{Reason: problem.NotChoice, Value: pattern})
		}
	}
	for _, id := range w.QueueIDs {
		if id <= 0 {
			wrong.Add("queues", problem.Problem{Reason: problem.NoObject, Value: strconv.FormatInt(id, 10)})
		}
	}
	wrong.Add("description", validate.Text(w.Description, MaxDescription)...)
	if !w.Signing.Valid() {
		wrong.Add("signing", problem.Problem{Reason: problem.NotChoice, Value: string(w.Signing)})
	}
	return wrong
}

func validateURL(s string) []problem.Problem {
	if validate.TrimSpace(s) == "" {
		return []problem.Problem{{Reason: problem.Blank}}
	}
	problems := validate.Text(s, MaxURL)
	if len(problems) == 0 && !ValidURL(s) {
		problems = append(problems, problem.Problem{Reason: problem.BadEndpoint})
	}
	return problems
}

// Trim removes the white space around the texts and what Types and QueueIDs have twice,
// and sorts both. It does not change what the slices share with others.
func (w *Webhook) Trim() {
	w.URL, w.Description = validate.TrimSpace(w.URL), validate.TrimSpace(w.Description)
	types := slices.Clone(w.Types)
	for i, t := range types {
		types[i] = validate.TrimSpace(t)
	}
	w.Types, w.QueueIDs = sortedSet(types), sortedSet(slices.Clone(w.QueueIDs))
}

// sortedSet sorts s and removes what it has twice.
func sortedSet[E int64 | string](s []E) []E {
	slices.Sort(s)
	return slices.Compact(s)
}
