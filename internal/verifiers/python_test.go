//go:build python

package verifiers

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/go-helpdesk/helpdesk/webhook"
)

func init() { libraries = append(libraries, startPython) }

func TestLibraryForPython(t *testing.T) { verifyAll(t, webhook.V1, startPython(t)) }

// startPython starts a program that verifies with the library for Python until the end of
// the test. It needs the interpreter in $PYTHON, with the package standardwebhooks, as make
// test-verifiers installs it.
func startPython(t *testing.T) verifier {
	t.Helper()
	command := exec.Command(os.Getenv("PYTHON"), "verify.py")
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := command.Wait(); err != nil {
			t.Error(err)
		}
	})
	answers, questions := bufio.NewScanner(out), json.NewEncoder(in)
	return func(_ *testing.T, receiverHas string, a attempt) error {
		err := questions.Encode(map[string]any{"secret": receiverHas, "body": a.body, "headers": map[string]string{
			webhook.HeaderID:        a.header.Get(webhook.HeaderID),
			webhook.HeaderTimestamp: a.header.Get(webhook.HeaderTimestamp),
			webhook.HeaderSignature: a.header.Get(webhook.HeaderSignature),
		}})
		if err != nil || !answers.Scan() {
			return fmt.Errorf("no answer: %w", errors.Join(err, answers.Err()))
		}
		if answers.Text() != "ok" {
			return errors.New(answers.Text())
		}
		return nil
	}
}
