package followup

import "slices"

// mimeTypes has a media type for each extension of DefaultExtensions: the one that IANA
// registers, or the usual one if IANA registers none.
var mimeTypes = map[string]string{
	".7z":   "application/x-7z-compressed",
	".asc":  "application/pgp-keys",
	".bmp":  "image/bmp",
	".csv":  "text/csv",
	".doc":  "application/msword",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".eml":  "message/rfc822",
	".gif":  "image/gif",
	".gz":   "application/gzip",
	".heic": "image/heic",
	".ics":  "text/calendar",
	".jpeg": "image/jpeg",
	".jpg":  "image/jpeg",
	".json": "application/json",
	".log":  "text/plain",
	".md":   "text/markdown",
	".mov":  "video/quicktime",
	".mp3":  "audio/mpeg",
	".mp4":  "video/mp4",
	".msg":  "application/vnd.ms-outlook",
	".odp":  "application/vnd.oasis.opendocument.presentation",
	".ods":  "application/vnd.oasis.opendocument.spreadsheet",
	".odt":  "application/vnd.oasis.opendocument.text",
	".pdf":  "application/pdf",
	".png":  "image/png",
	".ppt":  "application/vnd.ms-powerpoint",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".rtf":  "application/rtf",
	".tar":  "application/x-tar",
	".tif":  "image/tiff",
	".tiff": "image/tiff",
	".tsv":  "text/tab-separated-values",
	".txt":  "text/plain",
	".vcf":  "text/vcard",
	".wav":  "audio/vnd.wave",
	".webm": "video/webm",
	".webp": "image/webp",
	".xls":  "application/vnd.ms-excel",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".yaml": "application/yaml",
	".yml":  "application/yaml",
	".zip":  "application/zip",
}

// DefaultExtensions returns the file extensions that are allowed by default: those of
// django-helpdesk, then additional ones.
func DefaultExtensions() []string {
	return []string{
		".txt", ".asc", ".pdf", ".doc", ".docx", ".odt", ".jpg", ".png", ".eml",
		".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".csv", ".tsv", ".log", ".md", ".rtf", ".json",
		".yaml", ".yml", ".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".odp", ".msg", ".ics", ".vcf", ".zip", ".gz",
		".tar", ".7z", ".mp3", ".wav", ".mp4", ".mov", ".webm",
	}
}

// AllowedExtension reports whether a file with this name may be attached. It cleans the
// name with CleanFilename first. The allowed extensions are in lower case and begin
// with a dot. A name without an extension is always allowed.
func AllowedExtension(name string, allowed []string) bool {
	extension := Extension(CleanFilename(name))
	return extension == "" || slices.Contains(allowed, extension)
}

// MIMEByName returns a media type for the extension of a name, from a table that is
// the same on every machine.
func MIMEByName(name string) string {
	if t, ok := mimeTypes[Extension(name)]; ok {
		return t
	}
	return "application/octet-stream"
}
