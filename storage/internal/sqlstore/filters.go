package sqlstore

import (
	"fmt"
	"strings"

	"github.com/go-helpdesk/helpdesk/ticket"
)

// matches is the condition that the scope admits a row of helpdesk_ticket, and that the
// filter selects it.
func (d *Dialect) matches(s ticket.Scope, f ticket.Filter) cond {
	c := inScope(s)
	if len(f.IDs) > 0 {
		c = c.and(in("id", f.IDs))
	}
	c = c.and(among("status", f.Status, in)).and(among("queue_id", f.Queue, in)).and(among("assigned_to", f.AssignedTo, in)).
		and(among("priority", f.Priority, in)).and(among("on_hold", f.OnHold, inBools)).
		and(among("submitter_key", f.SubmitterEmail, inAddresses)).and(among("merged_to", f.MergedTo, in)).
		and(within("created", f.Created)).and(within("modified", f.Modified)).and(within("due_date", f.DueDate))
	for _, v := range f.Values {
		c = c.and(d.valueMatches(v))
	}
	return c
}

// among is a condition on a column, with in for its values.
func among[T comparable](column string, a ticket.Among[T], in func(string, []T) cond) (c cond) {
	var some []cond
	if len(a.In) > 0 {
		some = append(some, in(column, a.In))
	}
	if a.None {
		some = append(some, is(column+" IS NULL"))
	}
	switch {
	case len(some) == 1:
		c = some[0]
	case len(some) > 1 || a.In != nil:
		c = or(some...)
	}
	if len(a.NotIn) > 0 {
		c = c.and(or(is("NOT (?)", in(column, a.NotIn)), is(column+" IS NULL")))
	}
	if a.NotNone {
		c = c.and(is(column + " IS NOT NULL"))
	}
	return c
}

func inBools(column string, values []bool) cond {
	numbers := make([]int64, len(values))
	for i, v := range values {
		if v {
			numbers[i] = 1
		}
	}
	return in(column, numbers)
}

func inAddresses(column string, addresses []string) cond {
	keys := make([]string, len(addresses))
	for i, a := range addresses {
		keys[i] = ticket.AddressKey(a)
	}
	return inTexts(column, keys)
}

// within is a condition on a column with a time.
func within(column string, r ticket.Range) (c cond) {
	if r.Set != nil {
		c = isSet(column, *r.Set)
	}
	if r.After != nil {
		c = c.and(is(column+" > ?", micros(*r.After)))
	}
	if r.From != nil {
		c = c.and(is(column+" >= ?", micros(*r.From)))
	}
	if r.Before != nil {
		c = c.and(is(column+" < ?", micros(*r.Before)))
	}
	if r.Through != nil {
		c = c.and(is(column+" <= ?", micros(*r.Through)))
	}
	return c
}

func isSet(column string, set bool) cond {
	if set {
		return is(column + " IS NOT NULL")
	}
	return is(column + " IS NULL")
}

// valueMatches is the condition that the custom value of a ticket fulfils a filter.
func (d *Dialect) valueMatches(v ticket.ValueFilter) (c cond) {
	has := func(inner cond) cond {
		of := is("v.ticket_id = helpdesk_ticket.id AND v.field_id = ? AND v.data_type = ? AND v.value IS NOT NULL", v.Field, string(v.Type))
		return is("EXISTS (SELECT 1 FROM "+valueTable+" v WHERE ?)", of.and(inner))
	}
	not := func(c cond) cond { return is("NOT ?", c) }
	var some []cond
	if len(v.Equal.In) > 0 {
		some = append(some, has(d.equals(v.Type, v.Equal.In)))
	}
	if v.Equal.None {
		some = append(some, not(has(cond{})))
	}
	if len(some) > 0 || v.Equal.In != nil {
		c = or(some...)
	}
	if len(v.Equal.NotIn) > 0 {
		c = c.and(not(has(d.equals(v.Type, v.Equal.NotIn))))
	}
	if v.Equal.NotNone || v.Set != nil && *v.Set {
		c = c.and(has(cond{}))
	}
	if v.Set != nil && !*v.Set {
		c = c.and(not(has(cond{})))
	}
	if bounds := d.between(v); !bounds.none() {
		c = c.and(has(bounds))
	}
	return c
}

// equals is the condition that v.value is one of the values.
func (d *Dialect) equals(t ticket.FieldType, values []string) cond {
	if t != ticket.Decimal {
		return inTexts(fmt.Sprintf(d.Bytes, "v.value"), values)
	}
	var plain []string
	for _, value := range values {
		if value = plainDecimal(value); value == "0" {
			plain = append(plain, "-0")
		}
		plain = append(plain, value)
	}
	return inTexts(d.plainDecimal("v.value"), plain)
}

// between is the condition that v.value is within the bounds of the filter.
func (d *Dialect) between(v ticket.ValueFilter) (c cond) {
	number := v.Type == ticket.Integer || v.Type == ticket.Decimal
	for _, b := range []struct {
		value  *string
		above  bool
		equals bool
	}{{v.Above, true, false}, {v.From, true, true}, {v.Below, false, false}, {v.Through, false, true}} {
		switch {
		case b.value == nil:
		case number:
			c = c.and(d.compareNumber(*b.value, b.above, b.equals))
		default: // has the same number of digits always
			sign := "<"
			if b.above {
				sign = ">"
			}
			if b.equals {
				sign += "="
			}
			c = c.and(is("v.value "+sign+" ?", *b.value))
		}
	}
	return c
}

// compareNumber is the condition that the number v.value is above or below another one, or
// equal to it. Numbers may be longer than any type of a column: they are compared by sign,
// then by the number of digits before the point, then digit by digit.
func (d *Dialect) compareNumber(number string, above, equals bool) cond {
	const negative, whole = "SUBSTR(v.value, 1, 1) = '-'", "INSTR(CONCAT(v.value, '.'), '.')"
	number = plainDecimal(number)
	text := d.plainDecimal("v.value")
	length := int64(strings.Index(number+".", ".") + 1)
	isZero := is(text + " IN ('0', '-0')")
	further := func(sign string) cond {
		return is("("+whole+" "+sign+" ? OR "+whole+" = ? AND "+text+" "+sign+" ?)", length, length, number)
	}
	var c cond
	switch below := number[0] == '-'; {
	case number == "0" && above:
		c = is("NOT (" + negative + ")").and(is("NOT (?)", isZero))
	case number == "0":
		c = is(negative).and(is("NOT (?)", isZero))
	case !below && above:
		c = is("NOT (" + negative + ")").and(further(">"))
	case !below:
		c = or(is(negative), further("<"))
	case above:
		c = or(is("NOT ("+negative+")"), further("<"))
	default:
		c = is(negative).and(further(">"))
	}
	if equals {
		c = or(c, d.equals(ticket.Decimal, []string{number}))
	}
	return c
}

// plainDecimal is a number without zeros at the end of its decimal places, and "0" for
// a zero with a sign.
func plainDecimal(number string) string {
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	if number == "-0" {
		return "0"
	}
	return number
}

// plainDecimal is the same in SQL, which keeps "-0".
func (d *Dialect) plainDecimal(column string) string {
	return "CASE WHEN INSTR(" + column + ", '.') > 0 THEN " + fmt.Sprintf(d.TrimRight, fmt.Sprintf(d.TrimRight, column, "0"), ".") +
		" ELSE " + column + " END"
}
