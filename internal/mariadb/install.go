package mariadb

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// galera is where Debian has the library that makes servers a cluster.
const galera = "/usr/lib/galera/libgalera_smm.so"

// Install has Debian's package of the server installed when it is missing and
// may be. Otherwise it says what to install.
func Install() error { return ensure("mariadbd", "mariadb-server") }

// InstallCluster is Install for what a cluster needs besides.
func InstallCluster() error {
	return errors.Join(Install(), ensure(galera, "galera-4"), ensure("rsync", "rsync"))
}

// ensure installs the package when there is no such program or file.
func ensure(file, pkg string) error {
	if _, err := exec.LookPath(file); err == nil {
		return nil
	}
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	if _, err := os.Stat("/etc/debian_version"); err != nil || os.Getuid() != 0 {
		return fmt.Errorf("%s is missing: install Debian's package %s or the like, or name a server in HELPDESK_TEST_MYSQL_DSN; make test-sqlite runs the tests that need none", file, pkg)
	}
	lock, err := os.Create(filepath.Join(os.TempDir(), "helpdesk-install.lock"))
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	// The package would start a server of its own, unless it may not.
	const script = `set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod +x $policy
	trap 'rm -f $policy' EXIT
fi
apt-get update -q
apt-get install -q -y --no-install-recommends "$1"`
	cmd := exec.Command("sh", "-c", script, "sh", pkg)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("install %s: %w\n%s", pkg, err, out)
	}
	return nil
}
