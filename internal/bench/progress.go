package bench

import (
	"fmt"
	"os"
	"strings"
)

// Progress shows the progress of long work on standard error: as a bar on a terminal, and
// otherwise as a line for every tenth of the work.
type Progress struct {
	what     string
	total    int
	shown    int // percent
	terminal bool
}

// NewProgress returns the Progress of work with total steps.
func NewProgress(what string, total int) *Progress {
	info, err := os.Stderr.Stat()
	return &Progress{what: what, total: total, shown: -1, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// At shows that so many steps are done.
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
