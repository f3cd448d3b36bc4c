package bench

import (
	"fmt"
	"os"
	"strings"
)

// Progress tells on standard error how far a long work has come: as a bar on a
// terminal, elsewhere as a line every tenth of the way.
type Progress struct {
	what     string
	total    int
	shown    int // percent
	terminal bool
}

// NewProgress begins a work of total steps.
func NewProgress(what string, total int) *Progress {
	info, err := os.Stderr.Stat()
	return &Progress{what: what, total: total, shown: -1, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// At says how many steps are done.
func (p *Progress) At(done int) {
	percent := 100 * done / max(p.total, 1)
	switch {
	case p.terminal && percent != p.shown:
		bar := strings.Repeat("#", percent/4)
		fmt.Fprintf(os.Stderr, "\r%s [%-25s] %3d %%", p.what, bar, percent)
		if done == p.total {
			fmt.Fprintln(os.Stderr)
		}
	case !p.terminal && percent/10 != p.shown/10:
		fmt.Fprintf(os.Stderr, "%s: %d %%\n", p.what, percent)
	default:
		return
	}
	p.shown = percent
}
