package problem

import (
	"errors"
	"reflect"
	"testing"
)

func TestErrorSaysEveryProblemByField(t *testing.T) {
	wrong := Error{}
	wrong.Add("title", Problem{Reason: TooLong, Limit: 200}, Problem{Reason: NullChar})
	wrong.Add("attachments", Problem{Reason: FileExtension, Value: ".exe", Item: 2})
	want := `helpdesk: invalid attachments: item 2: file extension ".exe"; title: too long (limit 200), null character`
	if got := wrong.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestErrWithoutProblemsIsNil(t *testing.T) {
	wrong := Error{}
	wrong.Add("title")
	if err := wrong.Err(); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestErrWithProblemsIsTheError(t *testing.T) {
	err := Error{"title": {{Reason: Blank}}}.Err()
	var wrong Error
	if !errors.As(err, &wrong) || wrong["title"][0].Reason != Blank {
		t.Errorf("got %v", err)
	}
}

func TestMergeKeepsWhatWasFoundFirst(t *testing.T) {
	wrong := Error{"title": {{Reason: Blank}}}
	wrong.Merge(Error{"title": {{Reason: NullChar}}, "slug": {{Reason: BadSlug}}})
	want := Error{"title": {{Reason: Blank}}, "slug": {{Reason: BadSlug}}}
	if !reflect.DeepEqual(wrong, want) {
		t.Errorf("got %v, want %v", wrong, want)
	}
}
