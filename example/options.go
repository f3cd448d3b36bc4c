package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/go-helpdesk/helpdesk/user"
)

// options are what the flags say.
type options struct {
	addr     *net.TCPAddr
	db       database
	admin    *credentials // nil when none were given
	demo     bool
	pageSize int
	baseURL  string // "" is that of the address

	privateWebhooks bool
}

// credentials let a superuser in.
type credentials struct{ username, password, email string }

// parseOptions reads the flags. It has printed what it returns as an error.
func parseOptions(args []string, stderr io.Writer) (*options, error) {
	o := &options{addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}, db: database{"sqlite", "helpdesk.db"}}
	flags := flag.NewFlagSet("example", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Func("addr", "`host:port` to listen on; port 0 takes a free one (default 127.0.0.1:8080)", o.setAddr)
	flags.Func("db", "`database`: sqlite:PATH, made when there is none, or mysql:user:password@tcp(host:port)/name, "+
		"of which the place may have several addresses (default sqlite:helpdesk.db)", o.db.set)
	flags.Func("admin", "`user:password` of a superuser, made or updated; the password may be any but empty", o.setAdmin)
	flags.BoolVar(&o.demo, "demo", true, "fill an empty desk with sample data, and without -admin with the superuser admin, password admin")
	flags.Func("page-size", "`tickets` on a page where a client asks for no page; 0 answers with all (default 0)", o.setPageSize)
	flags.Func("base-url", "`URL` under which others see this program, for the links in webhooks (default that of -addr)", o.setBaseURL)
	flags.BoolVar(&o.privateWebhooks, "allow-private-webhooks", false,
		"send webhooks to this machine and the networks around it, too; to try them on one machine")
	err := flags.Parse(args)
	if err != nil {
		return nil, err
	}
	if err := o.check(flags.Args()); err != nil {
		fmt.Fprintln(stderr, "example:", err)
		return nil, err
	}
	return o, nil
}

func (o *options) check(rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("unexpected argument %q: there are only flags, see -h", rest[0])
	}
	if o.demo && o.admin == nil && !o.addr.IP.IsLoopback() {
		return fmt.Errorf("others can reach %s, so admin may not have the password admin there: "+
			"add -admin user:password or -demo=false", o.addr)
	}
	return nil
}

func (o *options) setAddr(text string) (err error) {
	o.addr, err = net.ResolveTCPAddr("tcp", text)
	return err
}

func (o *options) setAdmin(text string) error {
	username, password, found := strings.Cut(text, ":")
	if !found || username == "" || password == "" {
		return errors.New("want user:password")
	}
	if utf8.RuneCountInString(password) > user.MaxPassword {
		return fmt.Errorf("the password is longer than %d characters", user.MaxPassword)
	}
	o.admin = &credentials{username: username, password: password}
	return (&user.User{Username: username}).Check().Err()
}

func (o *options) setBaseURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return errors.New("want a URL such as https://desk.example.org")
	}
	o.baseURL = strings.TrimRight(text, "/")
	return nil
}

// apiURL returns the URL of the API of a program that listens on an address.
func (o *options) apiURL(addr net.Addr) string { return cmp.Or(o.baseURL, localURL(addr)) + "/api" }

func (o *options) setPageSize(text string) error {
	n := 0
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || n < 0 || fmt.Sprint(n) != text {
		return errors.New("want a number from 0")
	}
	o.pageSize = n
	return nil
}
