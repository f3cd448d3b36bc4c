package mariadb

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Cluster is a Galera cluster of three nodes on loopback. Each node is used by one
// goroutine.
type Cluster struct {
	Nodes    [3]*Node
	password string
}

// Node is one of a cluster's servers.
type Node struct {
	cluster *Cluster
	dir     string
	ports   []int // for clients, replication, full and incremental state transfers
	running *process
}

// StartCluster starts a cluster, which ends with the test.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	if err := InstallCluster(); err != nil {
		t.Fatal(err)
	}
	c := &Cluster{password: rand.Text()}
	ports, err := freePorts(4 * len(c.Nodes))
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Nodes {
		dir, err := os.MkdirTemp("", "helpdesk-galera-")
		if err != nil {
			t.Fatal(err)
		}
		n := &Node{cluster: c, dir: dir, ports: ports[4*i:][:4]}
		c.Nodes[i] = n
		t.Cleanup(n.end)
		if err := prepare(dir); err != nil {
			t.Fatal(err)
		}
	}
	for i, n := range c.Nodes {
		if err := errors.Join(n.configure(i), n.startFirst(i == 0)); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// DSN returns the data source name of a database on the nodes.
func (c *Cluster) DSN(database string, nodes ...*Node) string {
	var list []string
	for _, n := range nodes {
		list = append(list, fmt.Sprintf("127.0.0.1:%d", n.ports[0]))
	}
	return fmt.Sprintf("helpdesk:%s@tcp(%s)/%s", c.password, strings.Join(list, ","), database)
}

// configure writes the configuration file for the server and for the script of state
// transfers.
func (n *Node) configure(number int) error {
	var peers []string
	for _, peer := range n.cluster.Nodes {
		peers = append(peers, fmt.Sprintf("127.0.0.1:%d", peer.ports[1]))
	}
	in := func(name string) string { return filepath.Join(n.dir, name) }
	at := func(i int) string { return fmt.Sprintf("127.0.0.1:%d", n.ports[i]) }
	text := strings.Join([]string{"[mysqld]",
		"datadir=" + in("data"), "socket=" + in("socket"), "pid-file=" + in("pid"),
		fmt.Sprintf("port=%d", n.ports[0]), "bind-address=127.0.0.1",
		"skip-name-resolve", "max-connections=500", "innodb_buffer_pool_size=64M",
		"binlog_format=ROW", "default_storage_engine=InnoDB", "innodb_autoinc_lock_mode=2",
		"wsrep_on=ON", "wsrep_provider=" + galera, "wsrep_cluster_name=helpdesk",
		"wsrep_cluster_address=gcomm://" + strings.Join(peers, ","),
		fmt.Sprintf("wsrep_node_name=node%d", number+1), "wsrep_node_address=" + at(1),
		"wsrep_sst_method=rsync", "wsrep_sst_receive_address=" + at(2),
		"wsrep_provider_options=gmcast.listen_addr=tcp://" + at(1) + ";ist.recv_addr=" + at(3) + ";ist.recv_bind=" + at(3), ""}, "\n")
	return os.WriteFile(in("cnf"), []byte(text), 0o644)
}

// startFirst starts the node for the first time. The founder creates the cluster and the
// user of the tests.
func (n *Node) startFirst(founder bool) error {
	if !founder {
		return n.Rejoin()
	}
	if err := n.start("--wsrep-new-cluster"); err != nil {
		return err
	}
	for _, query := range []string{
		"CREATE USER helpdesk@'127.0.0.1' IDENTIFIED BY '" + n.cluster.password + "'",
		"GRANT ALL ON *.* TO helpdesk@'127.0.0.1'",
	} {
		if err := execAsRoot(n.dir, query); err != nil {
			return err
		}
	}
	return nil
}

// start starts the server and waits until it has the state of the cluster.
func (n *Node) start(options ...string) error {
	p, err := startServer(n.dir, append([]string{"--defaults-file=" + filepath.Join(n.dir, "cnf")}, options...)...)
	if err != nil {
		return err
	}
	n.running = p
	return p.wait(func() error {
		state, err := queryAsRoot(n.dir, "SHOW STATUS LIKE 'wsrep_local_state_comment'")
		if err == nil && state != "Synced" {
			err = errors.New("the node is " + state)
		}
		return err
	})
}

// Rejoin starts a node that was killed and waits until it has the state of the cluster.
func (n *Node) Rejoin() error { return n.start() }

// Kill sends the node SIGKILL and waits for its end.
func (n *Node) Kill() error { return n.running.kill() }

func (n *Node) end() {
	if n.running != nil {
		n.running.stop()
	}
	_ = os.RemoveAll(n.dir)
}
