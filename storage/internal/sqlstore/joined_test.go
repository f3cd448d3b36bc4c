package sqlstore

import (
	"reflect"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage/internal/direct"
)

// TestStepsAreJoined has neighbours become one statement, whose rows go to the step they
// are of, as long as it wants any.
func TestStepsAreJoined(t *testing.T) {
	t.Parallel()
	got := map[string][]int64{}
	part := func(name, text string, columns, atMost int, args ...any) direct.Step {
		return direct.Step{Text: text, Args: args, Columns: columns, Use: func(r *row) error {
			if len(got[name]) == atMost*columns {
				return direct.ErrEnough
			}
			for range columns {
				got[name] = append(got[name], r.Int())
			}
			return nil
		}}
	}
	steps := []direct.Step{
		part("alone", "SELECT 1", 0, 1),
		part("wide", "SELECT a, b FROM t WHERE a = ?", 2, 1, int64(1)),
		part("narrow", "SELECT c FROM t WHERE c < ?", 1, 9, int64(2)),
		part("last", "SELECT 2", 0, 1),
	}
	joined := (&Dialect{Unions: true}).joined(steps)
	if len(joined) != 3 || joined[0].Text != "SELECT 1" || joined[2].Text != "SELECT 2" {
		t.Fatalf("%+v", joined)
	}
	want := "(SELECT 0, a, b FROM t WHERE a = ?) UNION ALL (SELECT 1, NULL, c FROM t WHERE c < ?)"
	if union := joined[1]; union.Text != want || !reflect.DeepEqual(union.Args, []any{int64(1), int64(2)}) {
		t.Errorf("%s with %v, want %s", union.Text, union.Args, want)
	}
	_, db := scratch(t, nil)
	rows, err := db.QueryContext(t.Context(),
		"SELECT 0, 10, 11 UNION ALL SELECT 0, 20, 21 UNION ALL SELECT 1, NULL, 30 UNION ALL SELECT 0, 40, 41 UNION ALL SELECT 1, NULL, 50")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if err := direct.Each(rows, joined[1].Use); err != nil {
		t.Fatal(err)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if want := map[string][]int64{"wide": {10, 11}, "narrow": {30, 50}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if same := (&Dialect{}).joined(steps); len(same) != len(steps) {
		t.Errorf("%d steps of %d without unions", len(same), len(steps))
	}
}
