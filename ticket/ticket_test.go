package ticket

import (
	"errors"
	"reflect"
	"regexp"
	"testing"
	"time"
)

func TestCloneSharesNothing(t *testing.T) {
	newTicket := func() *Ticket {
		return &Ticket{
			ID: 1, Title: "t", Description: new("d"), Resolution: new("r"), SubmitterEmail: new("a@b.co"), AssignedTo: new(int64(2)),
			DueDate: new(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), MergedTo: new(int64(3)), Values: Values{{Field: 1, Text: "v"}},
		}
	}
	original := newTicket()
	c := original.Clone()
	if !reflect.DeepEqual(c, original) {
		t.Fatalf("got %+v", c)
	}
	*c.Description, *c.Resolution, *c.SubmitterEmail, *c.AssignedTo, *c.DueDate, *c.MergedTo = "", "", "", 0, time.Time{}, 0
	c.Values[0].Text = ""
	if !reflect.DeepEqual(original, newTicket()) {
		t.Errorf("changing the clone changed the ticket: %+v", original)
	}
}

func TestCloneKeepsNulls(t *testing.T) {
	if c := (&Ticket{}).Clone(); !reflect.DeepEqual(c, &Ticket{}) {
		t.Errorf("got %+v", c)
	}
}

func TestSecretKeysAreRandomAndURLSafe(t *testing.T) {
	a, b := NewSecretKey(), NewSecretKey()
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{22,36}$`).MatchString(a) || a == b {
		t.Errorf("got %q and %q", a, b)
	}
}

func TestNumberNamesTheQueue(t *testing.T) {
	if got := (&Ticket{ID: 14}).Number(&Queue{Slug: "support"}); got != "[support-14]" {
		t.Errorf("got %q", got)
	}
}

func TestStatusLineTellsOnHold(t *testing.T) {
	for want, ticket := range map[string]Ticket{"Open": {Status: Open}, "Resolved - On Hold": {Status: Resolved, OnHold: true}} {
		if got := ticket.StatusLine(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestStatusesAreThoseOfTheWire(t *testing.T) {
	want := map[Status]string{0: "", 1: "Open", 2: "Reopened", 3: "Resolved", 4: "Closed", 5: "Duplicate", 6: ""}
	for s, label := range want {
		if s.String() != label || s.Valid() != (label != "") {
			t.Errorf("%d: got %q, %v", int(s), s, s.Valid())
		}
	}
	if got := Statuses(); !reflect.DeepEqual(got, []Status{1, 2, 3, 4, 5}) {
		t.Errorf("got %d", got)
	}
}

func TestPrioritiesAreThoseOfTheWire(t *testing.T) {
	want := map[Priority]string{0: "", 1: "Critical", 2: "High", 3: "Normal", 4: "Low", 5: "Very Low", 6: ""}
	for p, label := range want {
		if p.String() != label || p.Valid() != (label != "") {
			t.Errorf("%d: got %q, %v", int(p), p, p.Valid())
		}
	}
	if got := Priorities(); !reflect.DeepEqual(got, []Priority{1, 2, 3, 4, 5}) {
		t.Errorf("got %d", got)
	}
}

func TestStatusByLabelFoldsCase(t *testing.T) {
	for label, want := range map[string]Status{"Open": Open, "CLOSED": Closed, "clo\u017fed": Closed, "": 0, "On Hold": 0, " open": 0} {
		if got, ok := StatusByLabel(label); got != want || ok != (want != 0) {
			t.Errorf("%q: got %v, %v", label, got, ok)
		}
	}
}

func TestValuesWithoutAValueReadNull(t *testing.T) {
	if got := (Values{{Field: 1, Text: "a"}}).Get(2); got != (Value{Field: 2, Null: true}) {
		t.Errorf("got %+v", got)
	}
}

func TestValuesSetReplacesOrAdds(t *testing.T) {
	var v Values
	v.Set(Value{Field: 1, Text: "a"})
	v.Set(Value{Field: 2, Text: "b"})
	v.Set(Value{Field: 1, Text: "c"})
	if want := (Values{{Field: 1, Text: "c"}, {Field: 2, Text: "b"}}); !reflect.DeepEqual(v, want) {
		t.Errorf("got %+v", v)
	}
}

func TestMergesIntoItself(t *testing.T) {
	merged := map[int64]int64{2: 3, 3: 4, 5: 6, 6: 5, 7: 7}
	next := func(id int64) (*int64, error) {
		if to, ok := merged[id]; ok {
			return &to, nil
		}
		return nil, nil
	}
	for name, test := range map[string]struct {
		id, target int64
		want       bool
	}{
		"itself":                  {1, 1, true},
		"a ticket merged nowhere": {1, 9, false},
		"the end of a chain":      {1, 2, false},
		"what is merged into it":  {4, 3, true},
		"the start of its chain":  {4, 2, true},
		"a circle without it":     {1, 5, false},
		"one merged into itself":  {1, 7, false},
		"its own circle":          {5, 6, true},
	} {
		if got, err := MergesIntoItself(test.id, test.target, next); got != test.want || err != nil {
			t.Errorf("into %s: got %v, %v", name, got, err)
		}
	}
}

func TestMergesIntoItselfReturnsErrors(t *testing.T) {
	broken := errors.New("broken")
	if _, err := MergesIntoItself(1, 2, func(int64) (*int64, error) { return nil, broken }); err != broken {
		t.Errorf("got %v", err)
	}
}
