package direct

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"reflect"
	"strconv"
)

// value is what a driver takes for an argument.
func value(arg any) (driver.Value, error) {
	switch v := arg.(type) {
	case nil, int64, string, bool, []byte:
		return v, nil
	case int:
		return int64(v), nil
	case *string:
		if v == nil {
			return nil, nil
		}
		return *v, nil
	case *int64:
		if v == nil {
			return nil, nil
		}
		return *v, nil
	}
	return driver.DefaultParameterConverter.ConvertValue(arg)
}

// Row is one row as the driver has it.
type Row struct {
	columns []driver.Value
	texts   *texts
}

// texts are strings to point to, allocated several at a time.
type texts struct{ free []string }

func (t *texts) pointer(s string) *string {
	if len(t.free) == 0 {
		t.free = make([]string, 32)
	}
	p := &t.free[0]
	t.free = t.free[1:]
	*p = s
	return p
}

// Scan copies the columns to where dest points: to integers, strings, booleans,
// bytes, pointers to these that are nil for NULL, types made of these, and
// sql.Scanners.
func (r *Row) Scan(dest ...any) error {
	if len(dest) != len(r.columns) {
		return fmt.Errorf("%d columns for %d destinations", len(r.columns), len(dest))
	}
	for i, d := range dest {
		if !r.assign(d, r.columns[i]) {
			if err := convert(d, r.columns[i]); err != nil {
				return fmt.Errorf("column %d: %w", i+1, err)
			}
		}
	}
	return nil
}

// assign does what is frequent, and reports whether it was that.
func (r *Row) assign(dest any, src driver.Value) (done bool) {
	switch d := dest.(type) {
	case *int64:
		*d, done = src.(int64)
	case *string:
		*d, done = text(src)
	case **string:
		if src == nil {
			*d = nil
			return true
		}
		var s string
		if s, done = text(src); done {
			*d = r.texts.pointer(s)
		}
	case **int64:
		if src == nil {
			*d = nil
			return true
		}
		var n int64
		if n, done = src.(int64); done {
			*d = &n
		}
	case *bool:
		n, ok := src.(int64)
		*d, done = n != 0, ok
	}
	return done
}

func text(src driver.Value) (string, bool) {
	switch v := src.(type) {
	case string:
		return v, true
	case []byte:
		return string(v), true
	}
	return "", false
}

// convert does the rest.
func convert(dest any, src driver.Value) error {
	switch d := dest.(type) {
	case sql.Scanner:
		return d.Scan(src)
	case *bool:
		if b, ok := src.(bool); ok {
			*d = b
			return nil
		}
	case *[]byte:
		switch v := src.(type) {
		case nil:
			*d = nil
			return nil
		case []byte:
			*d = append([]byte{}, v...)
			return nil
		case string:
			*d = []byte(v)
			return nil
		}
	}
	return convertKind(reflect.ValueOf(dest).Elem(), src)
}

// convertKind is for types made of others, such as a status.
func convertKind(dest reflect.Value, src driver.Value) error {
	if dest.Kind() == reflect.Pointer {
		if src == nil {
			dest.SetZero()
			return nil
		}
		dest.Set(reflect.New(dest.Type().Elem()))
		return convertKind(dest.Elem(), src)
	}
	switch dest.Kind() {
	case reflect.Int, reflect.Int64:
		if n, ok := src.(int64); ok {
			dest.SetInt(n)
			return nil
		}
		if digits, ok := text(src); ok { // a sum is one of these on MySQL
			n, err := strconv.ParseInt(digits, 10, 64)
			dest.SetInt(n)
			return err
		}
	case reflect.String:
		if s, ok := text(src); ok {
			dest.SetString(s)
			return nil
		}
	}
	return fmt.Errorf("no %s in a %T", dest.Type(), src)
}
