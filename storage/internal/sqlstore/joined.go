package sqlstore

import (
	"errors"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// joined returns the steps with neighbours made one statement, a UNION ALL, where the
// database is quicker to run that. It is for steps that read few rows: each row takes
// longer in a union. The rows of each part begin with the number of the part, and with
// NULLs up to the width of the widest part.
func (d *Dialect) joined(steps []direct.Step) []direct.Step {
	if !d.Unions {
		return steps
	}
	var all []direct.Step
	for len(steps) > 0 {
		n := 0
		for n < len(steps) && steps[n].Columns > 0 {
			n++
		}
		if n > 1 {
			all = append(all, unionOf(steps[:n]))
		} else {
			n = 1
			all = append(all, steps[0])
		}
		steps = steps[n:]
	}
	return all
}

// unionOf makes one step of several.
func unionOf(parts []direct.Step) direct.Step {
	width := 0
	for _, p := range parts {
		width = max(width, p.Columns)
	}
	var text strings.Builder
	var args []any
	for i, p := range parts {
		if i > 0 {
			text.WriteString(" UNION ALL ")
		}
		text.WriteString("(SELECT ")
		text.WriteString(strconv.Itoa(i))
		for range width - p.Columns {
			text.WriteString(", NULL")
		}
		text.WriteString(", ")
		text.WriteString(strings.TrimPrefix(p.Text, "SELECT "))
		text.WriteByte(')')
		args = append(args, p.Args...)
	}
	enough := make([]bool, len(parts))
	return direct.Step{Text: text.String(), Args: args, Use: func(r *row) error {
		i := r.Int()
		if i < 0 || i >= int64(len(parts)) {
			return errNoPart
		}
		r.Skip(width - parts[i].Columns)
		if enough[i] {
			r.Skip(parts[i].Columns)
			return nil
		}
		err := parts[i].Use(r)
		if errors.Is(err, direct.ErrEnough) {
			enough[i] = true
			r.Rest()
			return nil
		}
		return err
	}}
}

var errNoPart = errors.New("a row of no part of a union")
