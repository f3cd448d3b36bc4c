package problem

// Reason is why a value was refused. The constants keep their values, so programs may
// compare and store them, and use them as keys of translations.
type Reason string

// Reasons for a value of any kind.
const (
	Required     Reason = "required"         // There is no value.
	Null         Reason = "null"             // The value is null.
	Blank        Reason = "blank"            // The text is empty, or white space only.
	NotString    Reason = "not a string"     // The value is not a text, or its bytes are not UTF-8.
	NotBoolean   Reason = "not a boolean"    // The value is neither true nor false.
	NotList      Reason = "not a list"       // Value is the type of the value.
	WrongType    Reason = "wrong type"       // The value cannot be a reference; Value is its type.
	NotChoice    Reason = "not a choice"     // There is no such choice; Value is the value.
	NotAvailable Reason = "not available"    // The value is none of the available choices; Value is the value.
	NoObject     Reason = "no such object"   // There is no object with this id; Value is the id.
	Cycle        Reason = "merged into self" // The ticket would be merged into itself, perhaps through others.
	Taken        Reason = "already taken"    // Another object has the name.

	UnknownParameter Reason = "unknown parameter" // A query has no parameter with this name.
	TooManyCounts    Reason = "too many counts"   // There would be more than Limit of them.
)

// Reasons for a text.
const (
	TooLong   Reason = "too long"       // Limit is the maximum number of characters.
	TooLarge  Reason = "too large"      // Limit is the maximum number of bytes.
	NullChar  Reason = "null character" // The text contains a NUL.
	Surrogate Reason = "surrogate"      // The text contains a lone surrogate; Value is its code point, such as U+D800.
	BadEmail  Reason = "not an e-mail address"
	BadURL    Reason = "not a URL"
	BadSlug   Reason = "not a slug"
	BadIP     Reason = "not an IP address"

	BadEndpoint Reason = "not the URL of an endpoint" // webhook.ValidURL says what is.
)

// Reasons for a point in time or a duration.
const (
	BadDate          Reason = "not a date"
	BadTime          Reason = "not a time"
	BadDatetime      Reason = "not a datetime"
	DatetimeRange    Reason = "datetime out of range" // The year in UTC is not within 1 to 9999.
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
	TooManyDigits Reason = "too many digits"         // Limit is the maximum number of digits.
	TooManyPlaces Reason = "too many decimal places" // Limit is the maximum number of digits after the point.
	TooManyWhole  Reason = "too many whole digits"   // Limit is the maximum number of digits before the point.
)

// Reasons for a file.
const (
	FileRequired  Reason = "no file"
	NotFile       Reason = "not a file"
	FileEmpty     Reason = "empty file"
	FileExtension Reason = "file extension"             // Value is the extension, in lower case.
	FileUnnamed   Reason = "file without a usable name" // Nothing is left of the name after followup.CleanFilename.
	FileUnused    Reason = "no file is taken here"      // The request takes no file under this name.
)

// Reasons for an account.
const (
	BadUsername    Reason = "not a username"
	NoAddress      Reason = "no verified e-mail address of one's own"
	WrongPassword  Reason = "wrong password"
	PasswordLike   Reason = "password too similar" // Value is the field of the user that resembles the password.
	PasswordShort  Reason = "password too short"   // Limit is the minimum number of characters.
	PasswordCommon Reason = "password too common"
	PasswordDigits Reason = "password entirely numeric"
)
