// Package problem says what is wrong with a value that somebody gave.
//
// A use case that refuses its arguments returns an Error: for each field a list of
// Problems. A Problem is a Reason with its parameters, and no text for people, so that
// a program can compare, count and translate it:
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
// Package httpapi has English texts for its clients. Its Config.Message replaces them.
package problem
