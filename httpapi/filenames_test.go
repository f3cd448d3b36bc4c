package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/go-helpdesk/helpdesk/httpapi"
)

// fileNames are headers of parts, and the names that Django 5.2 reads in them, as
// they are stored.
var fileNames = map[string]string{
	`filename*=UTF-8''F%C3%BChrer.jpg`:                          `Führer.jpg`,
	`filename*=iso-8859-1'de'F%FChrer.jpg`:                      `Führer.jpg`,
	`filename*=windows-1252''F%80hrer.jpg`:                      `F€hrer.jpg`,
	`filename*=utf-8''100%.jpg`:                                 `100%.jpg`,
	`filename*=plain.jpg`:                                       `plain.jpg`,
	`filename*=pl%41in.jpg`:                                     `plAin.jpg`,
	`filename*=pl%E9in.jpg`:                                     "pl\ufffdin.jpg",
	`filename="F_hrer.jpg"; filename*=iso-8859-1''F%FChrer.jpg`: `Führer.jpg`,
	`filename*=iso-8859-1''F%FChrer.jpg; filename="F_hrer.jpg"`: `Führer.jpg`,
	`filename*=''a%C3%A9.jpg`:                                   `aÃ©.jpg`,
	`filename*=''a.jpg`:                                         `a.jpg`,
	`filename*="UTF-8''a%C3%A9.jpg"`:                            `aé.jpg`,
	`filename*=UTF-8'a.jpg`:                                     `UTF-8'a.jpg`,
	`filename*=UTF-8''a'b.jpg`:                                  `a'b.jpg`,
	`filename*=UTF-8''%zz%4.jpg`:                                `%zz%4.jpg`,
	`filename*=UTF-8''a%FF%C3.jpg`:                              "a\ufffd\ufffd.jpg",
	`filename*0=a; filename*1=b.jpg`:                            `ab.jpg`,
	`filename*1=b.jpg; filename*0=a`:                            `ab.jpg`,
	`filename*0="a b"; filename*1=".jpg"`:                       `a b.jpg`,
	`filename*0*=UTF-8''a%C3; filename*1*=%A9.jpg`:              `aé.jpg`,
	`filename*0*=UTF-8''a%C3%A9; filename*1=%41.jpg`:            `aé%41.jpg`,
	`filename*0=a%41; filename*1*=%42.jpg`:                      `a%41B.jpg`,
	`filename*10=c.jpg; filename*2=b; filename*1=a`:             `abc.jpg`,
	`filename*0=a.jpg; filename=b.jpg`:                          `a.jpg`,
	`filename=b.jpg; filename*0=a.jpg`:                          `a.jpg`,
	`filename*0=a; filename*0=b.jpg`:                            `ab.jpg`,
	`filename*=UTF-8''a.jpg; filename*=UTF-8''b.jpg`:            `a.jpgUTF-8''b.jpg`,
	`FILENAME*=UTF-8''a.jpg`:                                    `a.jpg`,
	`filename* = UTF-8''a.jpg`:                                  `a.jpg`,
	`filename*=shift_jis''%83e.jpg`:                             `テ.jpg`,
	`filename*=euc-kr''%B0%A1.jpg`:                              `가.jpg`,
	`filename*=koi8-r''%C1.jpg`:                                 `а.jpg`,
	`filename*=gbk''%C4%E3.jpg`:                                 `你.jpg`,
	`filename*=big5''%A7A.jpg`:                                  `你.jpg`,
	`filename*=utf-16''a%00.%00j%00p%00g%00`:                    `a.jpg`,
	`filename*=utf-16le''a%00.%00j%00p%00g%00`:                  `a.jpg`,
	`filename*=us-ascii''a%E9.jpg`:                              "a\ufffd.jpg",
	`filename*=latin1''a%E9.jpg`:                                `aé.jpg`,
	`filename*=latin-1''a%E9.jpg`:                               `aé.jpg`,
	`filename*=utf8''a%C3%A9.jpg`:                               `aé.jpg`,
	`filename*=UTF_8''a%C3%A9.jpg`:                              `aé.jpg`,
	`filename*=cp1252''a%80.jpg`:                                `a€.jpg`,
	`filename*=cp437''a%82.jpg`:                                 `aé.jpg`,
	`filename*=macintosh''a%8E.jpg`:                             `aé.jpg`,
	`filename*=iso-8859-15''a%A4.jpg`:                           `a€.jpg`,
	`filename*=iso8859-15''a%A4.jpg`:                            `a€.jpg`,
	`filename*=windows-1251''%E9.jpg`:                           `й.jpg`,
	`filename*=iso-2022-jp''%1B$B$%22%1B(B.jpg`:                 `あ.jpg`,
	`filename*=gb18030''%C4%E3.jpg`:                             `你.jpg`,
	`filename*=UTF-8''aé.jpg`:                                   "a\ufffd.jpg",
	`filename*=UTF-8''a%C3%A9é.jpg`:                             "a\u00e9\ufffd.jpg",
	`filename*=UTF-8''%22a%22.jpg`:                              `"a".jpg`,
	`filename*=UTF-8''a%5Cb.jpg`:                                `b.jpg`,
	`filename=<a.jpg>`:                                          `a.jpg`,
	`filename="a\\"b.jpg"`:                                      `a"b.jpg`,
	`filename="a;b.jpg"`:                                        `a;b.jpg`,
	`filename="a.jpg`:                                           `"a.jpg`,
	`filename=a"b.jpg`:                                          `a"b.jpg`,
	`filename=a;b=c.jpg`:                                        `a`,
	`filename*=UTF-8''a+b.jpg`:                                  `a+b.jpg`,
	`filename*=utf-8'en'%E2%82%AC%20rates.jpg`:                  `€ rates.jpg`,
	`filename=a%41.jpg`:                                         `a%41.jpg`,
	`filename*=ascii''a.jpg`:                                    `a.jpg`,
	`filename*=ISO-8859-2''%B1.jpg`:                             `ą.jpg`,
	`filename*=TIS-620''%A1.jpg`:                                `ก.jpg`,
	`filename*=nope'a.jpg`:                                      `nope'a.jpg`,
	`filename*1*=UTF-8''a.jpg`:                                  `a.jpg`,
	`filename*00=a; filename*01=b.jpg`:                          `ab.jpg`,
}

// TestNamesOfFilesAreReadAsDjangoReadsThem: character sets, broken escapes,
// continued parameters.
func TestNamesOfFilesAreReadAsDjangoReadsThem(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	ticket := sentText("ticket", number(a.ticket(t)))
	send := func(disposition string) *answer {
		return a.send(t, "staff", "POST", "/api/followups/", boundaried,
			parts(ticket, "Content-Disposition: form-data; name=attachments; "+disposition+"\r\nContent-Type: image/jpeg\r\n\r\nhello"))
	}
	for disposition, want := range fileNames {
		stored := send(disposition).is(t, http.StatusCreated, "").object(t)["followupattachment_set"].([]any)
		if len(stored) != 1 || stored[0].(map[string]any)["filename"] != want {
			t.Errorf("%s: %v, want %q", disposition, stored, want)
		}
	}
	unchanged := a.unchanged(t)
	for _, disposition := range []string{
		`filename**=UTF-8''a.jpg`,
		`filename*x=a.jpg`,
		`filename *=UTF-8''a.jpg`,
		`filename*=UTF-8''`,
		`filename*=UTF-8''; filename=b.jpg`,
		`filename*=`,
		`filename*0=`,
	} {
		send(disposition).is(t, http.StatusBadRequest, `{"attachments":{"0":["`+notFile+`"]}}`)
	}
	for disposition, extension := range map[string]string{
		`filename="<a.jpg>"`:                     `.jpg>`,
		`filename='a.jpg'`:                       `.jpg'`,
		`filename*=UTF-8''"a.jpg"`:               `.jpg\"`,
		`filename*=UTF-8''%3Ca.jpg%3E`:           `.jpg>`,
		`filename*0=a; filename*0*=UTF-8''b.jpg`: `.jpga`,
	} {
		send(disposition).is(t, http.StatusBadRequest, `{"attachments":{"0":["Unsupported file extension: `+extension+`"]}}`)
	}
	unchanged()
}

// TestAnUnknownCharacterSetIsABadRequest: the reference loses such a part.
func TestAnUnknownCharacterSetIsABadRequest(t *testing.T) {
	t.Parallel()
	a := newAPI(t, httpapi.Config{})
	ticket := sentText("ticket", number(a.ticket(t)))
	unchanged := a.unchanged(t)
	for _, disposition := range []string{
		`filename*=nope''a.jpg`,
		`filename*=nope''a.jpg; filename="b.jpg"`,
		`filename*=utf-7''a+AOk-.jpg`,
		`filename*=hex''41.jpg`,
		`filename*=utf-8-sig''a.jpg`,
		`filename*="nope''a.jpg"`,
		`filename*0*=nope''a; filename*1=b.jpg`,
	} {
		a.send(t, "staff", "POST", "/api/followups/", boundaried,
			parts(ticket, "Content-Disposition: form-data; name=attachments; "+disposition+"\r\n\r\nhello")).is(t, http.StatusBadRequest,
			"")
	}
	a.send(t, "staff", "POST", "/api/followups/", boundaried,
		parts(ticket, "Content-Disposition: form-data; name=attachments; filename*=nope''a.txt\r\n\r\nhello")).
		is(t, http.StatusBadRequest, detail(`Unknown character set "nope" in a header of the form.`))
	a.send(t, "staff", "POST", "/api/followups/", "multipart/form-data; boundary*=nope''b", parts(ticket)).is(t, http.StatusBadRequest, "")
	unchanged()
}
