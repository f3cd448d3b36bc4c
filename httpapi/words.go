package httpapi

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/problem"
)

// english has the message to clients for each reason. Most are the messages of
// django-helpdesk and are part of the contract, so clients may depend on them.
// {limit} and {value} stand for the parameters of the problem.
var english = map[problem.Reason]string{
	problem.Required:         "This field is required.",
	problem.Null:             "This field may not be null.",
	problem.Blank:            "This field may not be blank.",
	problem.WrongType:        "Incorrect type. Expected pk value, received {value}.",
	problem.NotString:        "Not a valid string.",
	problem.TooLong:          "Ensure this field has no more than {limit} characters.",
	problem.TooLarge:         "Ensure this field has no more than {limit} bytes.",
	problem.NullChar:         "Null characters are not allowed.",
	problem.Surrogate:        "Surrogate characters are not allowed: {value}.",
	problem.NotBoolean:       "Must be a valid boolean.",
	problem.NotChoice:        `"{value}" is not a valid choice.`,
	problem.NotAvailable:     "Select a valid choice. {value} is not one of the available choices.",
	problem.NotList:          `Expected a list of items but got type "{value}".`,
	problem.NoObject:         `Invalid pk "{value}" - object does not exist.`,
	problem.Cycle:            "A ticket cannot be merged into itself.",
	problem.UnknownParameter: "There is no such parameter.",
	problem.TooManyCounts:    "There are more than {limit} counts. Count by less, or narrow the filters.",

	problem.Below: "Ensure this value is greater than or equal to {limit}.",
	problem.Above: "Ensure this value is less than or equal to {limit}.",

	problem.BadEmail:      "Enter a valid email address.",
	problem.BadURL:        "Enter a valid URL.",
	problem.BadEndpoint:   "Enter an http or https URL in ASCII characters, without user name, password and fragment.",
	problem.BadSlug:       `Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.`,
	problem.BadIP:         "Enter a valid IPv4 or IPv6 address.",
	problem.BadDate:       "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
	problem.BadTime:       "Time has wrong format. Use one of these formats instead: hh:mm[:ss[.uuuuuu]].",
	problem.BadDatetime:   "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].",
	problem.DatetimeRange: "Datetime value out of range.",

	problem.BadDuration:      "Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu].",
	problem.DurationOverflow: "The number of days must be between -999999999 and 999999999.",

	problem.BadInteger:    "A valid integer is required.",
	problem.BadNumber:     "A valid number is required.",
	problem.NumberTooLong: "String value too large.",
	problem.TooManyDigits: "Ensure that there are no more than {limit} digits in total.",
	problem.TooManyPlaces: "Ensure that there are no more than {limit} decimal places.",
	problem.TooManyWhole:  "Ensure that there are no more than {limit} digits before the decimal point.",

	problem.FileRequired:  "No file was submitted.",
	problem.NotFile:       "The submitted data was not a file. Check the encoding type on the form.",
	problem.FileEmpty:     "The submitted file is empty.",
	problem.FileExtension: "Unsupported file extension: {value}",
	problem.FileUnnamed:   "This file has no usable name.",
	problem.FileUnused:    "This request takes no file under this name.",

	problem.NoAddress:     "Your account has no verified e-mail address, so you could not see this ticket again.",
	problem.WrongPassword: "Your old password was entered incorrectly. Please enter it again.",
	problem.Past:          "This is in the past.",

	problem.BadUsername:    "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.",
	problem.PasswordLike:   "The password is too similar to the {value}.",
	problem.PasswordShort:  "This password is too short. It must contain at least {limit} characters.",
	problem.PasswordCommon: "This password is too common.",
	problem.PasswordDigits: "This password is entirely numeric.",
}

// attributes has the fields of a user that a password may be too similar to, in English.
var attributes = map[string]string{"first_name": "first name", "last_name": "last name", "email": "email address"}

// message returns what a client is told of a problem of a field. A reason of the host's own
// is a text already.
func (x *exchange) message(field string, p problem.Problem) string {
	if translate := x.h.config.Message; translate != nil {
		if s := translate(p); s != "" {
			return s
		}
	}
	s, value := cmp.Or(english[p.Reason], string(p.Reason)), p.Value
	switch p.Reason {
	case problem.Taken:
		if f := x.operation.takes.find(field); f != nil {
			s = f.taken
		}
	case problem.PasswordLike:
		value = cmp.Or(attributes[value], value)
	}
	s = strings.ReplaceAll(s, "{limit}", strconv.FormatInt(p.Limit, 10))
	return strings.ReplaceAll(s, "{value}", value)
}
