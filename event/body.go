package event

import (
	"errors"
	"fmt"
)

// MaxBody is how many bytes the stored form of an event has at most. Its texts and numbers
// have no more in JSON either.
const MaxBody = 16 << 10

// version is that of the stored form. It changes when a value is added.
const version = 1

// head codes what has no column and decides who may read the event. It comes before Data,
// so that a reader need not look at that first.
func (e *Event) head(c *coder) {
	v := version
	if integer(c, &v); v != version && c.err == nil {
		c.fail(errors.New("the stored form is of another version"))
	}
	actor(c, &e.Actor)
	null(c, &e.Audience, audience)
	null(c, &e.Before, audience)
}

// Body returns the stored form of Actor, Audience, Before and Data, as Describe made it. It
// is bytes that need not be UTF-8, and "" before Describe.
func (e *Event) Body() string { return e.body }

// Strip leaves out what only stores and the Desk need: the audiences, and the stored form,
// which may have more than Data.
func (e *Event) Strip() { e.Audience, e.Before, e.body, e.data = nil, nil, "", "" }

// SetBody sets Actor, Audience and Before from their stored form. Type must be set.
// ReadData sets Data, which takes most of the time and which few events need that a
// filter or an audience leaves out.
func (e *Event) SetBody(stored string) error {
	if e.Type.maker() == nil {
		return fmt.Errorf("event: unknown type %q", e.Type)
	}
	c := coder{reading: true, in: stored}
	e.Audience, e.Before = nil, nil
	if e.head(&c); c.err != nil {
		return fmt.Errorf("event: decode %s: %w", e.Type, c.err)
	}
	e.Data, e.body, e.data = nil, stored, c.in
	return nil
}

// ReadData sets Data from the stored form that SetBody was given. Once Data is set, it
// does nothing.
func (e *Event) ReadData() error {
	if e.Data != nil {
		return nil
	}
	d := NewData(e.Type)
	if d == nil {
		return fmt.Errorf("event: unknown type %q", e.Type)
	}
	c := coder{reading: true, in: e.data}
	d.code(&c)
	if err := c.end(); err != nil {
		return fmt.Errorf("event: decode data of %s: %w", e.Type, err)
	}
	e.Data, e.data = d, ""
	return nil
}
