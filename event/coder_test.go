package event

import (
	"reflect"
	"testing"
	"time"
)

// fill sets a value, and all within it, to something that is not zero.
func fill(v reflect.Value, n *int64) {
	*n++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMicro(*n << 40).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.String:
		v.SetString(time.UnixMicro(*n).String())
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(*n << 20 * (1 - *n%2*2))
	}
}

// write returns the stored form of data.
func write(t *testing.T, d Data) string {
	t.Helper()
	var c coder
	d.code(&c)
	if err := c.end(); err != nil {
		t.Fatal(err)
	}
	return string(c.out)
}

// read reads data from its stored form.
func read(typ Type, stored string) (Data, error) {
	c, d := coder{reading: true, in: stored}, NewData(typ)
	d.code(&c)
	return d, c.end()
}

// TestEveryValueIsStored: all that data has is read back, and nothing less is data.
func TestEveryValueIsStored(t *testing.T) {
	t.Parallel()
	for _, typ := range Types() {
		empty, full, n := NewData(typ), NewData(typ), int64(0)
		fill(reflect.ValueOf(full).Elem(), &n)
		for _, d := range []Data{empty, full} {
			stored := write(t, d)
			got, err := read(typ, stored)
			if err != nil || !reflect.DeepEqual(got, d) {
				t.Errorf("%s is %+v, %v, want %+v", typ, got, err, d)
			}
			for end := range len(stored) {
				if _, err := read(typ, stored[:end]); err == nil {
					t.Errorf("%d of %d bytes are %s", end, len(stored), typ)
				}
			}
			if _, err := read(typ, stored+"\x00"); err == nil {
				t.Errorf("%s with one byte more is no error", typ)
			}
		}
	}
}

// FuzzStoredForm: any bytes are an error, or data that is read back as it is.
func FuzzStoredForm(f *testing.F) {
	for i, typ := range Types() {
		d, n := NewData(typ), int64(0)
		fill(reflect.ValueOf(d).Elem(), &n)
		c := coder{}
		(&Event{Audience: &Audience{QueueID: 1}}).head(&c)
		d.code(&c)
		f.Add(i, string(c.out))
	}
	f.Fuzz(func(t *testing.T, i int, stored string) {
		types := Types()
		e := &Event{Type: types[uint(i)%uint(len(types))]}
		if e.SetBody(stored) != nil || e.ReadData() != nil {
			return
		}
		again, err := read(e.Type, write(t, e.Data))
		if err != nil || !reflect.DeepEqual(again, e.Data) {
			t.Errorf("%s is %+v, %v, want %+v", e.Type, again, err, e.Data)
		}
	})
}
