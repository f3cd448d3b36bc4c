package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
)

// options are what the flags say.
type options struct {
	addr *net.TCPAddr
	db   string // a path
	mux  string // chi or std
}

// parseOptions reads the flags. It has printed what it returns as an error.
func parseOptions(args []string, stderr io.Writer) (*options, error) {
	o := &options{addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8081}, mux: "chi"}
	flags := flag.NewFlagSet("host", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Func("addr", "loopback `host:port` to listen on; port 0 takes a free one (default 127.0.0.1:8081)", o.setAddr)
	flags.StringVar(&o.db, "db", "shop.db", "`path` of the SQLite file, made when there is none")
	flags.Func("mux", "`router`: chi, or std for http.ServeMux (default chi)", o.setMux)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q: there are only flags, see -h", flags.Arg(0))
		fmt.Fprintln(stderr, "host:", err)
		return nil, err
	}
	return o, nil
}

func (o *options) setAddr(text string) (err error) {
	o.addr, err = net.ResolveTCPAddr("tcp", text)
	if err == nil && !o.addr.IP.IsLoopback() {
		return errors.New("others could reach it, and the passwords are no secret: say 127.0.0.1:port")
	}
	return err
}

func (o *options) setMux(text string) error {
	if text != "chi" && text != "std" {
		return errors.New("say chi or std")
	}
	o.mux = text
	return nil
}
