package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestLinksCarryThePrefix(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		s.nobody().get(prefix + "/").is(200).has(`"tickets":"` + s.url + prefix + `/tickets/"`)
		s.nobody().get(prefix).is(200).has(`"user_tickets":"` + s.url + prefix + `/user_tickets/"`)

		eve := s.as("eve")
		for range 3 {
			eve.submit(prefix+"/tickets", "queue", "1", "title", "x").is(201)
		}
		next := eve.get(prefix + "/tickets?page_size=2").is(200).text("next")
		if want := s.url + prefix + "/tickets/?"; !strings.HasPrefix(next, want) {
			t.Errorf("next is %s, want %s…", next, want)
		}
		eve.get(strings.TrimPrefix(next, s.url)).is(200).has(`"count":3`)
		upload := eve.with("Content-Type", "multipart/form-data; boundary=b").do("POST", prefix+"/followups/",
			strings.Join([]string{"--b", `Content-Disposition: form-data; name="ticket"`, "", "1",
				"--b", `Content-Disposition: form-data; name="attachments"; filename="a.txt"`, "", "content", "--b--", ""},
				"\r\n")).is(201)
		var files []struct{ File string }
		if upload.member("followupattachment_set", &files); len(files) != 1 || !strings.HasPrefix(files[0].File, s.url+prefix+"/") {
			t.Fatalf("files %v", files)
		}
		eve.get(strings.TrimPrefix(files[0].File, s.url)).is(200).has("content")
	})
}

func TestOtherPaths(t *testing.T) {
	onBoth(t, func(t *testing.T, s *site) {
		eve := s.as("eve")
		eve.get(prefix + "/nothing/").is(404).has(`{"detail":"Not found."}`)
		eve.get("/tickets/").is(404)
		eve.get("/orders").is(405)
		eve.do("POST", prefix, "").is(405).has(`{"detail":`)
		eve.do("OPTIONS", prefix+"/tickets/", "").is(200).has(`"name":"Ticket List"`)
	})
}

// TestProgram runs it twice on one file, on either router.
func TestProgram(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "shop.db")
	for _, mux := range []string{"chi", "std"} {
		ctx, cancel := context.WithCancel(t.Context())
		out, in := io.Pipe()
		var stderr bytes.Buffer
		code := make(chan int, 1)
		go func() {
			code <- run(ctx, []string{"-addr=127.0.0.1:0", "-db=" + db, "-mux=" + mux}, in, &stderr)
			_ = in.Close()
		}()
		lines := bufio.NewReader(out)
		first, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err, &stderr)
		}
		rest := make(chan string)
		go func() {
			all, _ := io.ReadAll(lines)
			rest <- string(all)
		}()
		(&site{t: t, url: strings.TrimSpace(strings.TrimPrefix(first, "listening on "))}).as("carl").me()
		cancel()
		select {
		case c := <-code:
			if told := <-rest; c != 0 || stderr.Len() > 0 || !strings.Contains(told, "curl -c carl.jar") {
				t.Errorf("exit code %d\n%s\n%s", c, told, &stderr)
			}
		case <-time.After(5 * time.Minute):
			t.Fatal("it does not stop")
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for args, code := range map[string]int{"-h": 0, "-mux=gin": 2, "-addr=0.0.0.0:0": 2, "-addr=x": 2, "extra": 2,
		"-db=/missing/shop.db": 1} {
		var stdout, stderr bytes.Buffer
		if got := run(t.Context(), []string{"-addr=127.0.0.1:0", args}, &stdout, &stderr); got != code || stderr.Len() == 0 ||
			stdout.Len() > 0 {
			t.Errorf("%s: exit code %d, want %d\n%s%s", args, got, code, &stdout, &stderr)
		}
	}
}
