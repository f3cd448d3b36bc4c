package followup

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/go-helpdesk/helpdesk/problem"
)

// maxUploadName is how long the name of an uploaded file may be; more is cut.
const maxUploadName = 255

// CleanFilename returns the name under which a file called name is stored: the
// part behind the last slash or backslash, without characters that do not print
// (controls, format characters such as U+202E, separators other than the blank),
// then without white space and dots at its end. It returns "" when nothing is left.
//
// Names are cleaned before their extension is judged: operating systems drop dots
// and blanks at the end, so that "a.exe." would be saved as "a.exe".
func CleanFilename(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, name)
	return strings.TrimRight(name, ". ") // no other white space prints
}

// uploadName is the clean name of an uploaded file, cut to maxUploadName
// characters with its extension kept.
func uploadName(name string) string {
	name = CleanFilename(name)
	if characters := []rune(name); len(characters) > maxUploadName {
		extension := []rune(rawExtension(name))
		extension = extension[:min(len(extension), maxUploadName)]
		name = string(characters[:maxUploadName-len(extension)]) + string(extension)
	}
	return strings.TrimRight(name, ". ")
}

// Extension is the last dot of a name and what follows, in lower case by the
// full rules of Unicode. A name has none when only dots precede it, as in
// ".profile".
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

// checkExtension checks the extension of a clean name.
func checkExtension(name string, allowed []string) []problem.Problem {
	if AllowedExtension(name, allowed) {
		return nil
	}
	return []problem.Problem{{Reason: problem.FileExtension, Value: Extension(name)}}
}
