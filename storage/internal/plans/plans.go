package plans

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/go-helpdesk/helpdesk/storage"
)

// Plan is how a database goes about a statement.
type Plan struct {
	Read  string // which it is of
	Text  string // of the statement, without what it selects
	Steps []Step
}

// Step is one step of a plan, in the words of the database.
type Step struct {
	Text string
	Slow Slow
}

// Slow is why a step takes the longer the more rows there are; "" when it does not.
type Slow string

// What makes a step slow.
const (
	Scans   Slow = "reads a table from end to end"
	Skips   Slow = "reads a table in order until a page is full, and skips what is not asked for"
	Sorts   Slow = "sorts what it found"
	Gathers Slow = "gathers rows of a table that grows before it reads what is asked for"
)

// Collect runs the reads on a store on the recorder's connections, and has each of
// their statements explained.
func Collect(ctx context.Context, store storage.Store, r *Recorder, explain func(Statement) ([]Step, error)) (all []Plan, err error) {
	for _, read := range Reads(ctx) {
		r.Take()
		if err := runRead(ctx, store, read); err != nil {
			return nil, fmt.Errorf("%s: %w", read.Name, err)
		}
		for _, s := range r.Take() {
			_, from, ok := strings.Cut(s.Text, " FROM ")
			if !ok { // it reads no table
				continue
			}
			steps, err := explain(s)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", read.Name, s.Text, err)
			}
			all = append(all, Plan{read.Name, short(from), steps})
		}
	}
	return all, nil
}

// runRead runs a read, which must find something: with nothing found it may leave out
// what reads the rest.
func runRead(ctx context.Context, store storage.Store, read Read) error {
	do := func(tx storage.Tx) error {
		found, err := read.Do(tx)
		if v := reflect.ValueOf(found); err == nil && v.Kind() == reflect.Slice && v.Len() == 0 {
			err = errors.New("found nothing")
		}
		return err
	}
	if read.Locks {
		return store.Update(ctx, do)
	}
	return store.View(ctx, do)
}

var marks = regexp.MustCompile(`\?(,\?){3,}`)

// selected is what a further part of a UNION ALL selects.
var selected = regexp.MustCompile(` UNION ALL \(SELECT [0-9]+, .*? FROM `)

// short leaves out most placeholders of a long list, and what the parts of a union select.
func short(text string) string {
	text = selected.ReplaceAllString(text, " UNION ALL (SELECT … FROM ")
	return strings.TrimSpace(marks.ReplaceAllString(text, "?,…,?"))
}

// Render writes plans down, those of a read below its name. What several reads have
// in common is written down once.
func Render(all []Plan) string {
	var out strings.Builder
	seen := map[string]bool{}
	read := ""
	for _, p := range all {
		if p.Read != read {
			read = p.Read
			fmt.Fprintln(&out, read)
		}
		entry := "\t" + p.Text + "\n"
		for _, s := range p.Steps {
			entry += "\t\t" + s.Text + "\n"
		}
		if !seen[entry] {
			out.WriteString(entry)
		}
		seen[entry] = true
	}
	return out.String()
}

// Compare returns an error when the plans are not those in a file, which it writes
// anew if that is wanted.
func Compare(all []Plan, file string, rewrite bool) error {
	got := Render(all)
	if rewrite {
		return os.WriteFile(file, []byte(got), 0o644)
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if want := string(kept); got != want {
		return fmt.Errorf("plans are not those in %s: look at them, and write them there with -update\n%s", file, difference(want, got))
	}
	return nil
}

// difference shows the first lines in which two texts differ.
func difference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	at := 0
	for at < min(len(w), len(g)) && w[at] == g[at] {
		at++
	}
	around := func(lines []string) string {
		return strings.Join(lines[max(0, at-3):min(len(lines), at+8)], "\n")
	}
	return fmt.Sprintf("line %d was\n%s\nand is\n%s", at+1, around(w), around(g))
}

// Exceptions are the reads that may be slow, by how: names, in which * is anything.
type Exceptions map[Slow][]string

// Judge returns an error for plans with slow steps that are no exceptions, and for
// exceptions that no plan needs.
func Judge(all []Plan, except Exceptions) error {
	var wrong []error
	used, told := map[string]bool{}, map[string]bool{}
	for _, p := range all {
		for _, s := range p.Steps {
			if s.Slow == "" || told[p.Read+string(s.Slow)] {
				continue
			}
			matches := func(name string) bool {
				ok, err := path.Match(name, p.Read)
				return ok && err == nil
			}
			if i := slices.IndexFunc(except[s.Slow], matches); i >= 0 {
				used[except[s.Slow][i]+string(s.Slow)] = true
				continue
			}
			told[p.Read+string(s.Slow)] = true
			wrong = append(wrong, fmt.Errorf("%s: %s:\n\t%s\n\t\t%s", p.Read, s.Slow, p.Text, s.Text))
		}
	}
	for slow, names := range except {
		for _, name := range names {
			if !used[name+string(slow)] {
				wrong = append(wrong, fmt.Errorf("%s: is an exception that is not needed: %s", name, slow))
			}
		}
	}
	return errors.Join(wrong...)
}

// few are the tables of which a desk has a handful of rows, however large it grows.
var few = []string{"helpdesk_queue", "helpdesk_customfield", "helpdesk_group", "helpdesk_group_user", "helpdesk_group_queue",
	"helpdesk_user_queue", "helpdesk_ticket_count", "helpdesk_webhook"}

// Grows reports whether a table has more rows the longer a desk is used.
func Grows(table string) bool {
	return strings.HasPrefix(table, "helpdesk_") && !slices.Contains(few, table)
}

// Scan is how slow it is to read the statement's table from its start, in the order
// that it asks for if it asks for one: a page of all there is comes first.
func Scan(statement string) Slow {
	switch {
	case !strings.Contains(statement, " ORDER BY ") || !strings.Contains(statement, " LIMIT ?"):
		return Scans
	case strings.Contains(statement, " WHERE "):
		return Skips
	}
	return ""
}

// Table is the table that the statement calls by a name, which may be an alias.
func Table(statement, name string) string {
	words := strings.Fields(strings.NewReplacer("(", " ", ")", " ").Replace(statement))
	for i, word := range words[1:] {
		if word == name && strings.HasPrefix(words[i], "helpdesk_") {
			return words[i]
		}
	}
	return name
}
