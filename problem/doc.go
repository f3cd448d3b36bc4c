// Package problem says what is wrong with a value that somebody gave.
//
// A use case that refuses its arguments returns an Error, which has a list of Problems
// for each field. A Problem is a Reason with its parameters. It has no text for people,
// so that a program can compare, count and translate it:
//
//	_, err := desk.CreateTicket(ctx, actor, t)
//	if wrong, ok := errors.AsType[problem.Error](err); ok {
//		for field, problems := range wrong {
//			for _, p := range problems {
//				if p.Reason == problem.TooLong {
//					show(field, "at most %d characters", p.Limit)
//				}
//			}
//		}
//	}
//
// Package httpapi has English texts for its clients, which its Config.Message replaces.
package problem
