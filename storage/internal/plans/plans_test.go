package plans_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/storage/internal/plans"
)

var some = []plans.Plan{
	{Read: "a list", Text: "helpdesk_ticket ORDER BY id", Steps: []plans.Step{{Text: "read"}, {Text: "sort", Slow: plans.Sorts}}},
	{Read: "a list, far behind", Text: "helpdesk_ticket ORDER BY id", Steps: []plans.Step{{Text: "read"},
		{Text: "sort", Slow: plans.Sorts}}},
	{Read: "a count", Text: "helpdesk_ticket", Steps: []plans.Step{{Text: "read it all", Slow: plans.Scans}}},
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		except plans.Exceptions
		want   string // how the error begins; "" for none
	}{
		{plans.Exceptions{plans.Sorts: {"a list*"}, plans.Scans: {"a count"}}, ""},
		{plans.Exceptions{plans.Sorts: {"a list*"}}, "a count: reads a table"},
		{plans.Exceptions{plans.Sorts: {"a list"}, plans.Scans: {"a count"}}, "a list, far behind: sorts"},
		{plans.Exceptions{plans.Sorts: {"a *"}, plans.Scans: {"a count", "a list"}}, "a list: is an exception that is not needed"},
	} {
		got := ""
		if err := plans.Judge(some, c.except); err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%v: %q, want %q", c.except, got, c.want)
		}
	}
}

func TestCompare(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plans.txt")
	if err := plans.Compare(some, file, false); err == nil {
		t.Error("no error without a file")
	}
	if err := plans.Compare(some, file, true); err != nil {
		t.Fatal(err)
	}
	if err := plans.Compare(some, file, false); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const want = "a list\n\thelpdesk_ticket ORDER BY id\n\t\tread\n\t\tsort\n" +
		"a list, far behind\na count\n\thelpdesk_ticket\n\t\tread it all\n"
	if string(text) != want {
		t.Errorf("wrote %q, want %q", text, want)
	}
	if err := plans.Compare(some[:2], file, false); err == nil || !strings.Contains(err.Error(), "line 6") {
		t.Errorf("%v, want line 6", err)
	}
}

func TestTable(t *testing.T) {
	const query = "helpdesk_followup f JOIN helpdesk_change part ON part.followup_id = f.id WHERE f.id IN (SELECT id FROM helpdesk_ticket)"
	for name, want := range map[string]string{"f": "helpdesk_followup", "part": "helpdesk_change", "helpdesk_ticket": "helpdesk_ticket",
		"<derived2>": "<derived2>"} {
		if got := plans.Table(query, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestScan(t *testing.T) {
	for query, want := range map[string]plans.Slow{
		"helpdesk_ticket ORDER BY id LIMIT ?":                  "",
		"helpdesk_ticket WHERE status = ? ORDER BY id LIMIT ?": plans.Skips,
		"helpdesk_ticket WHERE status = ? LIMIT ?":             plans.Scans,
		"helpdesk_attachment WHERE size = ? ORDER BY filename": plans.Scans,
		"helpdesk_followup":                                    plans.Scans,
		"helpdesk_followup ORDER BY date, id LIMIT ? OFFSET ?": "",
	} {
		if got := plans.Scan(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}
