package sqlstore

import (
	"reflect"
	"testing"
)

func TestConditions(t *testing.T) {
	one, two, three := is("a = ?", 1), is("b = ?", 2), is("c = ?", 3)
	for want, c := range map[string]struct {
		cond cond
		args []any
	}{
		"":                             {nil, nil},
		"a = ?":                        {one.and(nil), []any{1}},
		"b = ?":                        {cond{}.and(two), []any{2}},
		"(a = ? AND b = ?)":            {one.and(two), []any{1, 2}},
		"(a = ? AND b = ? AND 1=0)":    {one.and(two).and(nothing), []any{1, 2}},
		"(a = ? OR (b = ? AND c = ?))": {or(one, nil, two.and(three)), []any{1, 2, 3}},
		"1=0":                          {or(nil, nil), nil},
		"n IN (?)":                     {in("n", []int64{4}), []any{int64(4)}},
		"n BETWEEN ? AND ?":            {in("n", []int64{4, 5, 6}), []any{int64(4), int64(6)}},
		"n IN (?,?,?,?)":               {in("n", []int64{4, 6, 8}), []any{int64(4), int64(6), int64(8), int64(8)}},
		"x IN (SELECT id FROM t WHERE (a = ? AND b = ?))":               {inSubquery("x", "t", one.and(two)), []any{1, 2}},
		"EXISTS (SELECT 1 FROM t WHERE id = u.x AND (a = ? AND b = ?))": {existsRow("u.x", "t", one.and(two)), []any{1, 2}},
	} {
		text, args := c.cond.sql()
		if text != want || len(args)+len(c.args) > 0 && !reflect.DeepEqual(args, c.args) {
			t.Errorf("%s %v, want %s %v", text, args, want, c.args)
		}
	}
}

// TestConditionsDoNotShareMemory has two conditions extend the same one.
func TestConditionsDoNotShareMemory(t *testing.T) {
	base := is("a = ?", 1).and(is("b = ?", 2)).and(is("c = ?", 3))
	first, second := base.and(is("d = ?", 4)), base.and(is("e = ?", 5))
	if text, _ := first.sql(); text != "(a = ? AND b = ? AND c = ? AND d = ?)" {
		t.Error(text)
	}
	if text, _ := second.sql(); text != "(a = ? AND b = ? AND c = ? AND e = ?)" {
		t.Error(text)
	}
}
