package testdesk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"
)

// StrictJSON returns what is wrong with a JSON text for a strict decoder: it must be
// one value in UTF-8 (RFC 8259), and no object may have a name twice (RFC 7493).
func StrictJSON(text []byte) error {
	if !utf8.Valid(text) {
		return fmt.Errorf("not UTF-8: %.200q", text)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := strictValue(d); err != nil {
		return fmt.Errorf("%w: %.200q", err, text)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("more than one value: %.200q", text)
	}
	return nil
}

func strictValue(d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') && token != json.Delim('[') {
		return nil
	}
	names := map[json.Token]bool{}
	for d.More() {
		if token == json.Delim('{') {
			name, err := d.Token()
			if err != nil {
				return err
			}
			if names[name] {
				return fmt.Errorf("%q occurs twice", name)
			}
			names[name] = true
		}
		if err := strictValue(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
