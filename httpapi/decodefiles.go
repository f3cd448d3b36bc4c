package httpapi

import (
	"github.com/go-helpdesk/helpdesk/problem"
)

// file is one file, which is read into the extras of a body.
func file[T any](name string, options ...option) field[T] {
	f := newField[T](name, kindFile, options, func(d *decoder, s *spec, _ T) { d.file(s) }, nil)
	f.extra = true
	return f
}

// files is a list of files, which are read into the extras of a body.
func files[T any](name string, options ...option) field[T] {
	f := newField[T](name, kindFiles, options, func(d *decoder, s *spec, _ T) { d.files(s) }, nil)
	f.extra = true
	return f
}

// file reads one file. In a form, empty text is a file input that was left empty.
func (d *decoder) file(s *spec) {
	v := d.get(s.name)
	if v.sent == sentNothing || d.in.form && v.sent == sentText && v.text == "" {
		if s.required && d.mode != changing {
			d.wrong(s.name, problem.FileRequired, "")
		}
		return
	}
	v, ok := d.take(s)
	switch {
	case !ok || v.sent == sentNull:
	case v.sent != sentFile:
		d.wrong(s.name, problem.NotFile, "")
	case s.refusedOnUpdate && d.mode != creating:
		d.problems.Add(s.name, d.checkUpload(*v.upload)...)
		d.problems.AddNew(s.name, problem.Problem{Reason: problem.FileUnused})
	default:
		d.extras.files = append(d.extras.files, *v.upload)
	}
}

// files reads a list of files. A problem names the file by its position.
func (d *decoder) files(s *spec) {
	v, names := d.in.files(s.name)
	for _, name := range names {
		d.asked[name] = true
	}
	items, ok := d.elementsOf(s, v)
	if !ok {
		return
	}
	for i, item := range items {
		var problems []problem.Problem
		switch item.sent {
		case sentFile:
			d.extras.files = append(d.extras.files, *item.upload)
			problems = d.checkUpload(*item.upload)
		case sentNull:
			problems = []problem.Problem{{Reason: problem.Null}}
		default:
			problems = []problem.Problem{{Reason: problem.NotFile}}
		}
		for _, p := range problems {
			p.Item = i + 1
			d.problems.Add(s.name, p)
		}
	}
}
