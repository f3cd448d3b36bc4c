package mariadb

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// galera is the path of the replication library in Debian's package galera-4.
const galera = "/usr/lib/galera/libgalera_smm.so"

// Install installs Debian's package of the server if it is missing. It returns an error
// that says what to install if this is not Debian or the user is not root.
func Install() error { return ensure("mariadbd", "mariadb-server") }

// InstallCluster is Install for everything that a cluster needs.
func InstallCluster() error {
	return errors.Join(Install(), ensure(galera, "galera-4"), ensure("rsync", "rsync"))
}

// ensure installs a package unless there is a program or file of this name.
func ensure(file, pkg string) error {
	if _, err := exec.LookPath(file); err == nil {
		return nil
	}
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	if _, err := os.Stat("/etc/debian_version"); err != nil || os.Getuid() != 0 {
		return fmt.Errorf("%s is missing: install Debian's package %s or an equivalent, or name a server in HELPDESK_TEST_MYSQL_DSN; "+
			"make test-sqlite runs the tests that need no server", file, pkg)
	}
	lock, err := os.Create(filepath.Join(os.TempDir(), "helpdesk-install.lock"))
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	// Without policy-rc.d, the package would start a server of its own.
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
