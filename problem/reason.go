package problem

// Reason is why a value was refused. The values are stable, so that programs may
// compare them, store them and look up translations by them.
type Reason string

// Reasons for a value of any kind.
const (
	Required     Reason = "required"         // There is no value.
	Null         Reason = "null"             // The value is null.
	Blank        Reason = "blank"            // The text is empty, or white space only.
	NotString    Reason = "not a string"     // The value is no text, or its bytes are not UTF-8.
	NotBoolean   Reason = "not a boolean"    // The value is neither true nor false.
	NotList      Reason = "not a list"       // Value is the type that was given.
	WrongType    Reason = "wrong type"       // The value cannot be a reference; Value is the type that was given.
	NotChoice    Reason = "not a choice"     // There is no such choice; Value is what was given.
	NotAvailable Reason = "not available"    // A custom field has no such choice; Value is what was given.
	NoObject     Reason = "no such object"   // Value is the reference.
	Cycle        Reason = "merged into self" // The ticket would be merged into itself, perhaps through others.
	Taken        Reason = "already taken"    // Another object has the name.
)

// Reasons for a text.
const (
	TooLong   Reason = "too long"       // Limit is how many characters there may be.
	TooLarge  Reason = "too large"      // Limit is how many bytes there may be.
	NullChar  Reason = "null character" // The text has a NUL.
	Surrogate Reason = "surrogate"      // The text has half of a surrogate pair; Value is the code point, as U+D800.
	BadEmail  Reason = "not an e-mail address"
	BadURL    Reason = "not a URL"
	BadSlug   Reason = "not a slug"
	BadIP     Reason = "not an IP address"
)

// Reasons for a point in time or a duration.
const (
	BadDate          Reason = "not a date"
	BadTime          Reason = "not a time"
	BadDatetime      Reason = "not a datetime"
	DatetimeRange    Reason = "datetime out of range" // In UTC, the year is not one from 1 to 9999.
	BadDuration      Reason = "not a duration"
	DurationOverflow Reason = "duration out of range"
	Past             Reason = "in the past"
)

// Reasons for a number.
const (
	BadInteger    Reason = "not an integer"
	BadNumber     Reason = "not a number"
	NumberTooLong Reason = "number too long"         // The text has more than 1,000 characters.
	Below         Reason = "below the minimum"       // Limit is the minimum.
	Above         Reason = "above the maximum"       // Limit is the maximum.
	TooManyDigits Reason = "too many digits"         // Limit is how many there may be.
	TooManyPlaces Reason = "too many decimal places" // Limit is how many there may be.
	TooManyWhole  Reason = "too many whole digits"   // Limit is how many there may be before the point.
)

// Reasons for a file.
const (
	FileRequired  Reason = "no file"
	NotFile       Reason = "not a file"
	FileEmpty     Reason = "empty file"
	FileExtension Reason = "file extension"             // Value is the extension, in lower case.
	FileUnnamed   Reason = "file without a usable name" // Nothing is left of the name when it is cleaned.
	FileUnused    Reason = "no file is taken here"      // The request has no field for a file by this name.
)

// Reasons for an account.
const (
	BadUsername    Reason = "not a username"
	NoAddress      Reason = "no verified e-mail address of one's own"
	WrongPassword  Reason = "wrong password"
	PasswordLike   Reason = "password too similar" // Value is the field of the user that the password is like.
	PasswordShort  Reason = "password too short"   // Limit is how many characters there must be.
	PasswordCommon Reason = "password too common"
	PasswordDigits Reason = "password entirely numeric"
)
