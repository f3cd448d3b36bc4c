package httpapi

import (
	"strconv"
	"strings"

	"github.com/go-helpdesk/helpdesk/internal/validate"
)

// words has the message to clients for each reason. Most are the messages of
// django-helpdesk and are part of the contract, so clients may depend on them.
// {limit} and {value} stand for the parameters of the problem.
var words = map[validate.Reason]string{
	validate.Required:     "This field is required.",
	validate.Null:         "This field may not be null.",
	validate.Blank:        "This field may not be blank.",
	validate.WrongType:    "Incorrect type. Expected pk value, received {value}.",
	validate.NotString:    "Not a valid string.",
	validate.TooLong:      "Ensure this field has no more than {limit} characters.",
	validate.TooLarge:     "Ensure this field has no more than {limit} bytes.",
	validate.NullChar:     "Null characters are not allowed.",
	validate.Surrogate:    "Surrogate characters are not allowed: {value}.",
	validate.NotBoolean:   "Must be a valid boolean.",
	validate.NotChoice:    `"{value}" is not a valid choice.`,
	validate.NotAvailable: "Select a valid choice. {value} is not one of the available choices.",
	validate.NotList:      `Expected a list of items but got type "{value}".`,
	validate.NoObject:     `Invalid pk "{value}" - object does not exist.`,
	validate.Cycle:        "A ticket cannot be merged into itself.",
	validate.Below:        "Ensure this value is greater than or equal to {limit}.",
	validate.Above:        "Ensure this value is less than or equal to {limit}.",

	validate.BadEmail:      "Enter a valid email address.",
	validate.BadURL:        "Enter a valid URL.",
	validate.BadSlug:       `Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.`,
	validate.BadIP:         "Enter a valid IPv4 or IPv6 address.",
	validate.BadDate:       "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
	validate.BadTime:       "Time has wrong format. Use one of these formats instead: hh:mm[:ss[.uuuuuu]].",
	validate.BadDatetime:   "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].",
	validate.DatetimeRange: "Datetime value out of range.",

	validate.BadDuration:      "Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu].",
	validate.DurationOverflow: "The number of days must be between -999999999 and 999999999.",

	validate.BadInteger:    "A valid integer is required.",
	validate.BadNumber:     "A valid number is required.",
	validate.NumberTooLong: "String value too large.",
	validate.TooManyDigits: "Ensure that there are no more than {limit} digits in total.",
	validate.TooManyPlaces: "Ensure that there are no more than {limit} decimal places.",
	validate.TooManyWhole:  "Ensure that there are no more than {limit} digits before the decimal point.",

	validate.FileRequired:  "No file was submitted.",
	validate.NotFile:       "The submitted data was not a file. Check the encoding type on the form.",
	validate.FileEmpty:     "The submitted file is empty.",
	validate.FileExtension: "Unsupported file extension: {value}",
	validate.FileUnnamed:   "This file has no usable name.",
	validate.FileUnused:    "This request takes no file under this name.",

	validate.NoAddress:     "Your account has no verified e-mail address, so you could not see this ticket again.",
	validate.WrongPassword: "Your old password was entered incorrectly. Please enter it again.",
	validate.Past:          "This is in the past.",

	validate.BadUsername:    "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.",
	validate.PasswordLike:   "The password is too similar to the {value}.",
	validate.PasswordShort:  "This password is too short. It must contain at least {limit} characters.",
	validate.PasswordCommon: "This password is too common.",
	validate.PasswordDigits: "This password is entirely numeric.",
}

// takenWords is what clients are told of a name in use, by field, or by kind and
// field where the problem names a kind.
var takenWords = map[string]string{
	"username": "A user with that username already exists.",
	"slug":     "Queue with this Slug already exists.",
	"name":     "Custom field with this Field Name already exists.",

	"group name": "Group with this Name already exists.",
}

// message words one problem of a field.
func message(field string, p validate.Problem) string {
	if p.Reason == validate.Taken {
		return takenWords[strings.TrimSpace(p.Value+" "+field)]
	}
	s := words[p.Reason]
	s = strings.ReplaceAll(s, "{limit}", strconv.FormatInt(p.Limit, 10))
	return strings.ReplaceAll(s, "{value}", p.Value)
}
