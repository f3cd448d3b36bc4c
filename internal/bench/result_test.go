package bench

import (
	"testing"
)

func perSecond(r Result) float64 { return r.PerSecond }

func results(perSecond ...float64) (all []Result) {
	for _, x := range perSecond {
		all = append(all, Result{Requests: 1, PerSecond: x})
	}
	return all
}

func TestValues(t *testing.T) {
	for _, c := range []struct {
		of   []float64
		want Spread
	}{
		{nil, Spread{}},
		{[]float64{3}, Spread{3, 3, 3}},
		{[]float64{4, 1, 9}, Spread{4, 1, 9}},
		{[]float64{4, 1, 9, 6}, Spread{5, 1, 9}},
	} {
		if got := Values(results(c.of...), perSecond); got != c.want {
			t.Errorf("%v: %+v, want %+v", c.of, got, c.want)
		}
	}
}

// In one round the machine was twice as fast, which does not change the ratio of that
// round. The ratio of the medians would be 0.75.
func TestRatiosArePaired(t *testing.T) {
	a, b := results(50, 200, 75), results(100, 400, 100)
	if got, want := Ratios(a, b, perSecond), (Spread{0.5, 0.5, 0.75}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got, want := Ratios(results(1, 2), results(0, 4), perSecond), (Spread{0.25, 0, 0.5}); got != want {
		t.Errorf("ratio to nothing: %+v, want %+v", got, want)
	}
}

func TestFailed(t *testing.T) {
	if err := Failed(results(1, 2)...); err != nil {
		t.Error(err)
	}
	for _, bad := range []Result{{Requests: 3, Errors: 1}, {}} {
		if Failed(Result{Requests: 1}, bad) == nil {
			t.Errorf("%+v did not fail", bad)
		}
	}
}

func TestShort(t *testing.T) {
	for x, want := range map[float64]string{0: "0.00", 1234.5: "1234", 99.96: "100.0", 12.34: "12.3", 1: "1.00", 0.345: "0.34",
		0.0352: "0.035"} {
		if got := Short(x); got != want {
			t.Errorf("%v: %s, want %s", x, got, want)
		}
	}
}
