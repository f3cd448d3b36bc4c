module github.com/go-helpdesk/helpdesk/internal/verifiers

go 1.26.0

replace github.com/go-helpdesk/helpdesk => ../..

require (
	github.com/go-helpdesk/helpdesk v0.0.0
	github.com/standard-webhooks/standard-webhooks/libraries v0.0.1
)

require (
	filippo.io/edwards25519 v1.2.0 // indirect
	github.com/Masterminds/squirrel v1.5.4 // indirect
	github.com/go-sql-driver/mysql v1.10.1 // indirect
	github.com/lann/builder v0.0.0-20180802200727-47ae307949d0 // indirect
	github.com/lann/ps v0.0.0-20150810152359-62de8c46ede0 // indirect
	github.com/mattn/go-sqlite3 v1.14.53 // indirect
	github.com/uptrace/bunrouter v1.0.23 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	golang.org/x/time v0.16.0 // indirect
)
