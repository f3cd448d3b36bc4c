package followup

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/go-helpdesk/helpdesk/problem"
)

// maxUploadName is the maximum length of the name of an uploaded file, in characters.
// Longer names are cut.
const maxUploadName = 255

// CleanFilename returns the name under which a file called name is stored: the part
// after the last slash or backslash, without characters that do not print (controls,
// format characters such as U+202E, separators other than the space), and without
// white space and dots at the end. It returns "" if nothing is left.
//
// Clean a name before you check its extension. Operating systems drop dots and spaces
// at the end, so "a.exe." would be saved as "a.exe".
func CleanFilename(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, name)
	return strings.TrimRight(name, ". ") // other white space does not print
}

// uploadName returns the clean name of an uploaded file, cut to maxUploadName
// characters. It keeps the extension.
func uploadName(name string) string {
	name = CleanFilename(name)
	if characters := []rune(name); len(characters) > maxUploadName {
		extension := []rune(rawExtension(name))
		extension = extension[:min(len(extension), maxUploadName)]
		name = string(characters[:maxUploadName-len(extension)]) + string(extension)
	}
	return strings.TrimRight(name, ". ")
}

// Extension returns the last dot of a name and what follows, in lower case by the full
// rules of Unicode. If there are only dots before it, as in ".profile", the name has
// no extension.
func Extension(name string) string {
	return cases.Lower(language.Und).String(rawExtension(name))
}

func rawExtension(name string) string {
	name = name[strings.LastIndexByte(name, '/')+1:]
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || strings.Trim(name[:dot], ".") == "" {
		return ""
	}
	return name[dot:]
}

// validateExtension validates the extension of a clean name.
func validateExtension(name string, allowed []string) []problem.Problem {
	if AllowedExtension(name, allowed) {
		return nil
	}
	return []problem.Problem{{Reason: problem.FileExtension, Value: Extension(name)}}
}
