package followup

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-helpdesk/helpdesk/problem"
)

func TestCleanFilename(t *testing.T) {
	for name, want := range map[string]string{
		"a b.txt":                    "a b.txt",
		"é ü.txt":                    "é ü.txt",
		"../../evil name é.txt":      "evil name é.txt",
		`..\..\w.txt`:                "w.txt",
		`C:\x/y\z.txt`:               "z.txt",
		"/etc/passwd":                "passwd",
		" a.txt ":                    " a.txt",
		"a.exe.":                     "a.exe",
		"a.exe. . ":                  "a.exe",
		"a.exe\u00a0.\u200b \x00":    "a.exe",
		"a\x00\t\n\x7f\u0085b.txt":   "ab.txt",
		"a\u00a0\u200b\u202e\ufeffb": "ab",
		"a\ue000\ufdd0\u3000b":       "ab",
		"e\u0301😀.txt":               "e\u0301😀.txt",
		"a&amp;b.txt":                "a&amp;b.txt",
		"a\xff":                      "a\uFFFD",
		".profile":                   ".profile",
		"":                           "", "/": "", `a\`: "", "a/": "", ".": "", "..": "", "x/..": "", "...": "", ". . .": "", "\x01": "",
		".\u200b":                "",
		strings.Repeat("a", 300): strings.Repeat("a", 300),
	} {
		if got := CleanFilename(name); got != want {
			t.Errorf("%.60q: got %.60q, want %.60q", name, got, want)
		}
		if again := CleanFilename(want); again != want {
			t.Errorf("%.60q becomes %.60q when it is cleaned again", want, again)
		}
	}
}

func TestNamesOfUploadsAreCut(t *testing.T) {
	for name, want := range map[string]string{
		strings.Repeat("a", 255):                  strings.Repeat("a", 255),
		strings.Repeat("é", 300) + ".txt":         strings.Repeat("é", 251) + ".txt",
		strings.Repeat("a", 300):                  strings.Repeat("a", 255),
		strings.Repeat("a", 254) + " b":           strings.Repeat("a", 254),
		"a." + strings.Repeat("b", 300):           "." + strings.Repeat("b", 254),
		strings.Repeat(".", 300):                  "",
		strings.Repeat("x.", 150) + "é":           strings.Repeat("x.", 126) + "x.é",
		strings.Repeat("a", 256) + ".b" + "\x00c": strings.Repeat("a", 252) + ".bc",
	} {
		u := Upload{Filename: name}
		if got := u.Name(); got != want {
			t.Errorf("%.60q: got %.60q, want %.60q", name, got, want)
		}
	}
}

func TestExtensionIsInLowerCase(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "noext": "", "a.txt": ".txt", "A.TXT": ".txt", "a.tar.GZ": ".gz", "x.": ".", "a.txt ": ".txt ",
		".exe": "", "..": "", "....exe": "", ".a.exe": ".exe", "a.b/c": "", "a.b/.c": "", "x.É": ".é", "x.G\u0130F": ".gi\u0307f",
		"x.\u212a": ".k", "x.ΑΣ": ".ας",
	} {
		if got := Extension(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestAllowedExtension(t *testing.T) {
	for name, want := range map[string]bool{
		"a.txt": true, "A.PNG": true, "noext": true, "x.": true, ".exe": true,
		"a.txt ": true, "a.txt. .": true,
		"a.exe": false, "a.exe.": false, "a.exe\u200b": false, "a.txt.exe": false, "a.html": false, "x.G\u0130F": false,
	} {
		if got := AllowedExtension(name, DefaultExtensions()); got != want {
			t.Errorf("%q: got %v", name, got)
		}
	}
}

func TestMIMEByNameKnowsEveryDefaultExtension(t *testing.T) {
	for _, extension := range DefaultExtensions() {
		got := MIMEByName("a" + extension)
		if got == "application/octet-stream" || !strings.Contains(got, "/") || strings.ContainsAny(got, "; ") {
			t.Errorf("%s: got %q", extension, got)
		}
	}
}

func TestMIMEByNameLooksAtTheExtension(t *testing.T) {
	for name, want := range map[string]string{
		"a.TXT": "text/plain", "a.log": "text/plain", "a.asc": "application/pgp-keys", "a.eml": "message/rfc822",
		"a.tar.gz": "application/gzip",
		"noext":    "application/octet-stream", ".txt": "application/octet-stream", "x.": "application/octet-stream",
		"a.exe": "application/octet-stream",
	} {
		if got := MIMEByName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestUploadTypeIsDeclaredOrGuessed(t *testing.T) {
	for want, u := range map[string]Upload{
		"image/png":  {Filename: "a.txt", MIMEType: "image/png"},
		"text/plain": {Filename: "a.txt"},
	} {
		if got := u.Type(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestUploadCheckReportsTheFirstProblem(t *testing.T) {
	for name, test := range map[string]struct {
		upload Upload
		want   []problem.Problem
	}{
		"good":                 {Upload{Filename: "a.txt", Size: 1, MIMEType: strings.Repeat("é", 255)}, nil},
		"good without type":    {Upload{Filename: "noext", Size: 1}, nil},
		"empty, of a bad kind": {Upload{Filename: "a.exe"}, []problem.Problem{{Reason: problem.FileEmpty}}},
		"of a bad kind and type": {Upload{Filename: "a.EXE", Size: 1, MIMEType: strings.Repeat("x", 256)},
			[]problem.Problem{{Reason: problem.FileExtension, Value: ".exe"}}},
		"long type": {Upload{Filename: "a.txt", Size: 1, MIMEType: strings.Repeat("x", 256)},
			[]problem.Problem{{Reason: problem.TooLong, Limit: 255}}},
		"type with NUL":        {Upload{Filename: "a.txt", Size: 1, MIMEType: "\x00"}, []problem.Problem{{Reason: problem.NullChar}}},
		"no name":              {Upload{Size: 1}, []problem.Problem{{Reason: problem.FileUnnamed}}},
		"no name that is left": {Upload{Filename: "x/..", Size: 1}, []problem.Problem{{Reason: problem.FileUnnamed}}},
		"of a bad kind and dots": {Upload{Filename: "a.exe. .", Size: 1},
			[]problem.Problem{{Reason: problem.FileExtension, Value: ".exe"}}},
		"long name": {Upload{Filename: strings.Repeat("x", 1001), Size: 1}, nil},
	} {
		if got := test.upload.Check(DefaultExtensions()); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestAttachmentCheck(t *testing.T) {
	for name, test := range map[string]struct {
		a    Attachment
		want problem.Error
	}{
		"of a bad kind": {Attachment{Filename: "a.exe. "},
			problem.Error{"filename": {{Reason: problem.FileExtension, Value: ".exe"}}}},
		"of a bad kind with NUL": {Attachment{Filename: "a.exe\x00"}, problem.Error{"filename": {{Reason: problem.NullChar}}}},
		"longest":                {Attachment{Filename: strings.Repeat("é", 1000), MIMEType: strings.Repeat("é", 255)}, problem.Error{}},
		"long": {Attachment{Filename: strings.Repeat("é", 1001), MIMEType: strings.Repeat("é", 256)}, problem.Error{
			"filename": {{Reason: problem.TooLong, Limit: 1000}}, "mime_type": {{Reason: problem.TooLong, Limit: 255}},
		}},
	} {
		if got := test.a.Check(DefaultExtensions()); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestDefaultExtensionsAreTheCallersOwn(t *testing.T) {
	DefaultExtensions()[0] = ".exe"
	if slices.Contains(DefaultExtensions(), ".exe") {
		t.Error("changing the list changed the default")
	}
}
