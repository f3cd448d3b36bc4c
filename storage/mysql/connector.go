package mysql

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// dialTimeout is how long an address among several has to answer.
const dialTimeout = 5 * time.Second

// strict is the mode of every connection, unless the data source name has one.
const strict = "'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"

// addresses cuts a data source name at its list of addresses.
func addresses(dsn string) (before string, list []string, after string) {
	end := strings.LastIndexByte(dsn, '/')
	if end < 1 || dsn[end-1] != ')' {
		return dsn, []string{""}, ""
	}
	host := strings.LastIndexByte(dsn[:end], '@') + 1
	open := strings.IndexByte(dsn[host:end], '(')
	if open < 0 {
		return dsn, []string{""}, ""
	}
	open += host + 1
	return dsn[:open], strings.Split(dsn[open:end-1], ","), dsn[end-1:]
}

// connectors returns one for each address of the data source name.
func connectors(dsn string) ([]driver.Connector, error) {
	before, list, after := addresses(dsn)
	var all []driver.Connector
	for _, address := range list {
		c, err := mysql.ParseDSN(before + strings.TrimSpace(address) + after)
		if err != nil {
			return nil, fmt.Errorf("mysql: %w", err)
		}
		if c.DBName == "" {
			return nil, errors.New("mysql: the data source name has no database: want user:password@tcp(host:port)/database")
		}
		adjust(c, strings.Contains(after+before, "maxAllowedPacket="))
		if len(list) > 1 && c.Timeout == 0 {
			c.Timeout = dialTimeout
		}
		one, err := mysql.NewConnector(c)
		if err != nil {
			return nil, fmt.Errorf("mysql: %w", err)
		}
		all = append(all, one)
	}
	return all, nil
}

// adjust sets what this package needs, or is better with.
func adjust(c *mysql.Config, packet bool) {
	c.InterpolateParams = true    // one round trip for a statement, not three
	c.MultiStatements = true      // and for several: their texts are ours, whatever the arguments
	c.Logger = &mysql.NopLogger{} // its errors are returned as well
	c.RejectReadOnly = true       // a server that only reads is as good as gone
	if c.Collation == "" {
		c.Collation = "utf8mb4_bin"
	}
	if !packet {
		c.MaxAllowedPacket = 0 // ask the server
	}
	if c.Params == nil {
		c.Params = map[string]string{}
	}
	for name, value := range map[string]string{"sql_mode": strict, "foreign_key_checks": "1", "sql_select_limit": "DEFAULT",
		"completion_type": "0"} {
		if _, set := c.Params[name]; !set {
			c.Params[name] = value
		}
	}
}
