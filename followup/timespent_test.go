package followup

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/problem"
)

func TestParseTimeSpentReadsEverySpelling(t *testing.T) {
	for text, want := range map[string]string{
		// [D ][HH:[MM:]]SS[.ffffff]
		"90": "00:01:30", "0": "00:00:00", "1:30": "00:01:30", "01:30": "00:01:30", "1:2:3": "01:02:03", "60:60": "01:01:00",
		"24:00:00": "1 00:00:00", "99:99:99": "4 04:40:39", "00:00:00.5": "00:00:00.500000", "1,5": "00:00:01.500000",
		"1.1234567": "00:00:01.123456", "0.0000015": "00:00:00.000001", "0.000000000000": "00:00:00",
		"1 30": "1 00:00:30", "1 1:30": "1 00:01:30", "1 02:00:00": "1 02:00:00", "1 days, 01:00": "1 00:01:00",
		"1 day, 1:00:00": "1 01:00:00",
		"-30":            "-1 23:59:30", "-0:30": "-1 23:59:30", "-1 00:00:01": "-1 00:00:01", "1 -1:30": "23:58:30",
		"-1 -1:30:00":  "-2 22:30:00",
		"2 00:00:00,5": "2 00:00:00.500000",
		// ISO 8601
		"P": "00:00:00", "PT": "00:00:00", "P1DT": "1 00:00:00", "P1DT2H": "1 02:00:00", "PT90S": "00:01:30", "PT1H2M3S": "01:02:03",
		"P0.5D": "12:00:00", "PT1.5H": "01:30:00", "PT1,5S": "00:00:01.500000", "-P1D": "-1 00:00:00", "+P1D": "1 00:00:00",
		"-P1DT1H":      "-2 23:00:00",
		"PT0.0000015S": "00:00:00.000002", "PT0.0000005S": "00:00:00", "PT0.0000025S": "00:00:00.000002", "PT1.0000005S": "00:00:01.000001",
		// PostgreSQL
		"": "00:00:00", "1 day": "1 00:00:00", "2 days": "2 00:00:00", "3 days 04:05:06": "3 04:05:06", "3 days04:05:06": "3 04:05:06",
		"-3 days 04:05:06": "-3 04:05:06", "1 day -04:05:06.5": "19:54:53.500000", "+04:05:06": "04:05:06",
		// digits of any script, and a line feed at the end
		"１": "00:00:01", "P١D": "1 00:00:00", "\U0001d7d8\U0001d7e1": "00:00:09", "1:30\n": "00:01:30", "P1D\n": "1 00:00:00",
		"\n": "00:00:00",
		// the ends of what fits
		"106751991 04:00:54.775807": "106751991 04:00:54.775807", "-106751991 -04:00:54.775807": "-106751992 19:59:05.224193",
	} {
		got, problems := ParseTimeSpent(text)
		if problems != nil || got.String() != want {
			t.Errorf("%q: got %s, %v, want %s", text, got, problems, want)
		}
	}
}

func TestParseTimeSpentRefuses(t *testing.T) {
	for _, text := range []string{
		" ", "x", "+30", "- 30", "--30", "1day", "1 day 1", "1 days,1:00", "1  30", "1e2", "1e-06", "1:", ":30", "1:2:3:4", "5.", ".5",
		" 90 ", "90 ", "1.1234567890123",
		"True", "inf", "P1W", "P1Y", "P1M", "pt1h", "P-1D", "PT-1H", "P1D2H", "PT.5S", "P 1D", "P1DT2", "PT1S1M", "1:30\n\n", "½",
		"1 day 4:5:6",
		"106751991 04:00:54.775808", "-106751991 -04:00:54.775808", "9223372036855", "999999999 00:00:00",
	} {
		if got, problems := ParseTimeSpent(text); !reflect.DeepEqual(problems, []problem.Problem{{Reason: problem.BadDuration}}) {
			t.Errorf("%q: got %s, %v", text, got, problems)
		}
	}
}

func TestParseTimeSpentOverflowsBeyondABillionDays(t *testing.T) {
	for _, text := range []string{
		"1000000000 00:00:00", "P1000000000D", "99999999999999999999", strings.Repeat("9", 400), "-1000000000 00:00:00",
		"-P999999999.5D", "999999999 24:00:00", "PT99999999999999H", "P" + strings.Repeat("9", 400) + "D",
		"-999999999 -1:00:00", "-86399999999999.5", "-86399999913601",
	} {
		if got, problems := ParseTimeSpent(text); !reflect.DeepEqual(problems, []problem.Problem{{Reason: problem.DurationOverflow}}) {
			t.Errorf("%.40q: got %s, %v", text, got, problems)
		}
	}
}

func TestTimeSpentIsSpelledWithPositiveTime(t *testing.T) {
	for spent, want := range map[TimeSpent]string{
		0: "00:00:00", 1: "00:00:00.000001", second: "00:00:01", day: "1 00:00:00", day - 1: "23:59:59.999999",
		36*hour + 5*minute: "1 12:05:00",
		-1:                 "-1 23:59:59.999999", -day: "-1 00:00:00", -day - 1: "-2 23:59:59.999999",
		math.MaxInt64: "106751991 04:00:54.775807", math.MinInt64: "-106751992 19:59:05.224192",
	} {
		if got := spent.String(); got != want {
			t.Errorf("%d: got %s, want %s", spent, got, want)
		}
	}
}

func FuzzParseTimeSpent(f *testing.F) {
	for _, seed := range []string{"", "90", "1 -02:03:04.5", "-P1DT2.5H0.0000005S", "-3 days 04:05:06.123456", "999999999 23:59:59,999999",
		"P١D\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		spent, problems := ParseTimeSpent(text)
		if problems != nil {
			return
		}
		if again, problems := ParseTimeSpent(spent.String()); problems != nil || again != spent {
			t.Fatalf("%q: %s reads back as %s, %v", text, spent, again, problems)
		}
	})
}
