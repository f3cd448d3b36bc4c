package httpapi

import (
	"github.com/go-helpdesk/helpdesk/followup"
	"github.com/go-helpdesk/helpdesk/problem"
)

// elements returns the elements of a list, and false when there is nothing to
// set: it is absent, or found wrong.
func (f *fields) elements(name string) ([]value, bool) {
	f.asked[name] = true
	return f.itemsOf(name, f.in.list(name))
}

// itemsOf is elements for the value of the field.
func (f *fields) itemsOf(name string, v value) ([]value, bool) {
	switch v.sent {
	case sentNothing:
		return nil, false
	case sentNull:
		f.wrong(name, problem.Null, "")
		return nil, false
	case sentList:
		return v.elements(), true
	}
	f.wrong(name, problem.NotList, v.typeName())
	return nil, false
}

// references reads a list of references. The first that is wrong is told.
func (f *fields) references(name string, dst *[]int64) {
	items, ok := f.elements(name)
	if !ok {
		return
	}
	ids := make([]int64, len(items))
	for i, v := range items {
		var reason problem.Reason
		ids[i], reason = v.asReference()
		switch reason {
		case "":
		case problem.WrongType:
			f.wrong(name, reason, v.typeName())
			return
		default:
			f.wrong(name, reason, v.plain())
			return
		}
	}
	*dst = ids
}

// readWords reads a list of words. Which there may be is the noun's to say.
func readWords[T ~string](f *fields, name string, dst *[]T) {
	items, ok := f.elements(name)
	if !ok {
		return
	}
	words := make([]T, len(items))
	for i, v := range items {
		if v.sent != sentText {
			f.wrong(name, problem.NotChoice, v.spelled())
			return
		}
		words[i] = T(v.text)
	}
	*dst = words
}

// file reads one file, nil when there is none. In a form empty text is a file
// input that was left empty.
func (f *fields) file(name string, r rule) *followup.Upload {
	v := f.get(name)
	if v.sent == sentNothing || f.in.form && v.sent == sentText && v.text == "" {
		if r&oldRequired != 0 && !f.partial {
			f.wrong(name, problem.FileRequired, "")
		}
		return nil
	}
	if v, ok := f.take(name, r); !ok || v.sent == sentNull {
		return nil
	}
	if v.sent != sentFile {
		f.wrong(name, problem.NotFile, "")
		return nil
	}
	return v.upload
}

// files reads a list of files. What is wrong names the item.
func (f *fields) files(name string, check func(followup.Upload) []problem.Problem) []followup.Upload {
	v, names := f.in.files(name)
	for _, n := range names {
		f.asked[n] = true
	}
	items, ok := f.itemsOf(name, v)
	if !ok {
		return nil
	}
	var uploads []followup.Upload
	for i, item := range items {
		switch item.sent {
		case sentFile:
			uploads = append(uploads, *item.upload)
			for _, p := range check(*item.upload) {
				p.Item = i + 1
				f.problems.Add(name, p)
			}
		case sentNull:
			f.problems.Add(name, problem.Problem{Reason: problem.Null, Item: i + 1})
		default:
			f.problems.Add(name, problem.Problem{Reason: problem.NotFile, Item: i + 1})
		}
	}
	return uploads
}
